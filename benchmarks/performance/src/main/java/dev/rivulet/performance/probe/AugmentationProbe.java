package dev.rivulet.performance.probe;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.ingest.augment.EpochBatches;
import dev.rivulet.ingest.dataset.ShapesDataset;
import dev.rivulet.ingest.dataset.Split;
import dev.rivulet.performance.measure.Measured;
import java.util.LinkedHashMap;
import java.util.Map;

/** Putting batches together on one thread: augmented, and only copied. */
public final class AugmentationProbe {
  public static final String NAME = "augmentation";
  public static final String AUGMENTED = "augmented images/s";
  public static final String COPIED = "copied images/s";

  private static final int BATCH = 128;

  private int next;

  private AugmentationProbe() {}

  /**
   * @param args seconds
   */
  static Measured run(String[] args) {
    double seconds = Double.parseDouble(args[0]);
    Split images = ShapesDataset.create().train();
    Map<String, Double> rates = new LinkedHashMap<>();
    rates.put(AUGMENTED, new AugmentationProbe().rate(images, plan(true), seconds));
    rates.put(COPIED, new AugmentationProbe().rate(images, plan(false), seconds));
    return new Measured("Rivulet's augmentation", rates);
  }

  private static TrainingPlan plan(boolean augment) {
    return new TrainingPlan("shapes", 1, BATCH, augment, 32, "original", 42, 0, "cpu", "fp32");
  }

  private double rate(Split images, TrainingPlan plan, double seconds) {
    EpochBatches batches = new EpochBatches(images, plan);
    return Rate.of(seconds, BATCH, () -> take(batches));
  }

  private void take(EpochBatches batches) {
    LabelledImages batch = batches.batch(1, next % batches.batchesPerEpoch());
    if (batch.size() != BATCH) {
      throw new IllegalStateException("a batch of " + batch.size());
    }
    next++;
  }
}
