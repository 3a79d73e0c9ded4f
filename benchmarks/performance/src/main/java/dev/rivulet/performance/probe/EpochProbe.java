package dev.rivulet.performance.probe;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.ingest.augment.EpochBatches;
import dev.rivulet.ingest.dataset.ShapesDataset;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.Learner;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.performance.measure.Measured;
import java.util.List;
import java.util.stream.IntStream;

/** An epoch of training from a list of batches in memory, not augmented; the second of two. */
public final class EpochProbe {
  public static final String NAME = "epoch";
  public static final String SECONDS = "s";

  private EpochProbe() {}

  /**
   * @param args images per epoch, batch size, width, threads
   */
  static Measured run(String[] args) {
    int images = Integer.parseInt(args[0]);
    int batch = Integer.parseInt(args[1]);
    int width = Integer.parseInt(args[2]);
    ComputeDevice device = ComputeDevice.select("cpu", Integer.parseInt(args[3]));
    TrainingPlan plan = Workload.plan(1, batch, false, width, images);
    EpochBatches epoch = new EpochBatches(ShapesDataset.create().train(), plan);
    List<LabelledImages> batches =
        IntStream.range(0, epoch.batchesPerEpoch()).mapToObj(i -> epoch.batch(1, i)).toList();
    NetworkConfig config = NetworkConfig.of(width, 10);
    try (Learner learner =
        new Learner(device, config, plan.recipeInFull(), plan.steps(images), plan.seed())) {
      train(learner, batches);
      return Measured.of("list in memory, not augmented", SECONDS, train(learner, batches));
    }
  }

  private static double train(Learner learner, List<LabelledImages> batches) {
    long start = System.nanoTime();
    for (LabelledImages batch : batches) {
      learner.step(batch.images(), batch.labels(), batch.size());
    }
    learner.takeTotals();
    return (System.nanoTime() - start) / 1e9;
  }
}
