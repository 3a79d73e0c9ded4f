package dev.rivulet.trainer.checkpoint;

import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.export.AtomicFile;
import dev.rivulet.export.ModelFolder;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.export.report.Machine;
import dev.rivulet.export.report.ReportFolder;
import dev.rivulet.export.report.RunReport;
import dev.rivulet.trainer.measure.RunHistory;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * What a run leaves on disk: {@code model/RUN} with the model and its card, {@code runs/RUN} with
 * history and report.
 */
public final class RunFolder {
  private static final Logger LOG = Logger.getLogger(RunFolder.class);

  private final ModelFolder model;
  private final ReportFolder report;

  /**
   * @param root the data folder
   * @param run the run's id, which begins with its timestamp
   */
  public RunFolder(Path root, String run) {
    this.model = new ModelFolder(root.resolve("model").resolve(run));
    this.report = new ReportFolder(root.resolve("runs").resolve(run));
  }

  /**
   * Writes the model, replacing older files at once.
   *
   * @return where its weights are
   */
  public Path save(TrainedModel trained) {
    model.write(trained);
    return model.weights();
  }

  public Path save(RunHistory history) {
    return AtomicFile.write(report.path().resolve("history.csv"), history.toCsv());
  }

  /** Writes the report of a run that is about to be told to have ended. */
  public void report(TrainingRun ended, RunHistory history) {
    report
        .write(new RunReport(ended, history.epochs(), Machine.here()))
        .ifPresent(
            why ->
                LOG.warnf(
                    "Run %s: its plots are in %s, but not as PNG files: this Java cannot draw text (%s); install fontconfig and a font",
                    ended.id(), report.page(), why));
  }
}
