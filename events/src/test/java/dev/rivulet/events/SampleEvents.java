package dev.rivulet.events;

import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.LossAndAccuracy;
import dev.rivulet.events.run.PhaseSeconds;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import dev.rivulet.events.run.ValidationDetail.Mistake;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events as the services make them, for tests. */
public final class SampleEvents {
  public static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123456789Z");
  public static final Instant LATER = NOON.plusSeconds(90);
  public static final String RUN = "20260131-120000-9f3c";
  public static final String SHA256 = "0123456789abcdef".repeat(4);

  private SampleEvents() {}

  /** Nothing optional is there. */
  public static TrainingRun requested() {
    return TrainingRun.requested(RUN, TrainingPlan.defaults(), NOON);
  }

  /** Everything optional is there. */
  public static TrainingRun failed() {
    return requested()
        .withDataset(dataset(Optional.of("cifar10 cannot be had; this is shapes")))
        .running(NOON.plusMillis(1))
        .ended(RunStatus.FAILED, LATER, Optional.of("no \"GPU\" here\n"));
  }

  public static DatasetDescription dataset(Optional<String> warning) {
    return new DatasetDescription(
        "shapes", "shapes-a207903bd568", "shapes", List.of("bar", "Ötzi"), 16384, 2048, 8, warning);
  }

  /** With a confusion matrix. */
  public static EpochCompleted epoch(double loss) {
    return epoch(
        loss,
        Optional.of(
            new ValidationDetail(
                Optional.of(List.of(List.of(3, 1), List.of(0, 4))),
                List.of(new Mistake(7, 0, 1, 0.875)))));
  }

  public static EpochCompleted epoch(double loss, Optional<ValidationDetail> detail) {
    return new EpochCompleted(
        RUN,
        3,
        10,
        "shapes",
        new LossAndAccuracy(loss, 0.25),
        new LossAndAccuracy(loss, 1),
        new PhaseSeconds(4.5, 0, 3.25, 1, 0.125),
        16384,
        1234.5,
        "CPU, 2 threads",
        32,
        0.002,
        170_282,
        LATER,
        detail,
        detail.map(known -> new LossAndAccuracy(loss, 0.5)));
  }

  public static RunProgress progress(double loss) {
    return new RunProgress(
        RUN, 3, 10, "training", 512, 16384, 1234.5, loss, 0.25, "CPU, 2 threads");
  }

  public static ModelSelection newest() {
    return ModelSelection.of(SelectionMode.NEWEST, NOON, "./rivulet unpin");
  }

  public static ModelSelection pinned() {
    return ModelSelection.pinned(RUN, 3, LATER, "./rivulet pin");
  }

  public static Prediction prediction(Optional<Prediction.Source> source) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    probabilities.put("bar", 0.25);
    probabilities.put("Ötzi", 0.75);
    return new Prediction(
        "photo.png",
        "Ötzi",
        0.75,
        probabilities,
        new Prediction.Model(RUN, 3, "shapes", 0.875, SHA256),
        source,
        NOON,
        LATER,
        90_000);
  }
}
