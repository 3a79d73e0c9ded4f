package dev.rivulet.performance.probe;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.ingest.augment.EpochBatches;
import dev.rivulet.ingest.dataset.ShapesDataset;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.Learner;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.performance.measure.OngoingChild;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training from a list of batches in memory, not augmented, until nobody reads any more what it
 * prints: after each step how many images it has trained.
 */
public final class EpochProbe {
  public static final String NAME = "epoch";

  private static final int MANY_EPOCHS = 1_000;

  private EpochProbe() {}

  /**
   * @param args images per epoch, batch size, width, threads
   */
  static void run(String[] args) {
    int images = Integer.parseInt(args[0]);
    int batch = Integer.parseInt(args[1]);
    int width = Integer.parseInt(args[2]);
    ComputeDevice device = ComputeDevice.select("cpu", Integer.parseInt(args[3]));
    TrainingPlan plan = Workload.plan(MANY_EPOCHS, batch, false, width, images);
    EpochBatches epoch = new EpochBatches(ShapesDataset.create().train(), plan);
    List<LabelledImages> batches =
        IntStream.range(0, epoch.batchesPerEpoch()).mapToObj(i -> epoch.batch(1, i)).toList();
    NetworkConfig config = NetworkConfig.of(width, 10);
    try (Learner learner =
        new Learner(device, config, plan.recipeInFull(), plan.steps(images), plan.seed())) {
      train(learner, batches);
    }
  }

  private static void train(Learner learner, List<LabelledImages> batches) {
    long images = 0;
    while (!System.out.checkError()) {
      for (LabelledImages batch : batches) {
        learner.step(batch.images(), batch.labels(), batch.size());
        images += batch.size();
        System.out.println(OngoingChild.COUNT + images);
      }
      learner.takeTotals();
    }
  }
}
