package dev.rivulet.ingest.augment;

import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.LabelledImages.Mixture;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.ingest.augment.Mixing.Mix;
import dev.rivulet.ingest.dataset.Split;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The training batches of a run, any of them at any time: a pure function of data set, seed, epoch
 * and index, which is what lets a restarted ingest continue exactly where it stopped.
 *
 * <p>Safe for use by several threads.
 */
public final class EpochBatches {
  /** From this many images on, a batch is worth the cost of handing parts to other cores. */
  private static final int PARALLEL_IMAGES = 256;

  private final Split images;
  private final TrainingPlan plan;
  private final Augmentation augmentation;
  private final Mixing mixing;
  private volatile OrderOfEpoch latest;

  /** The order of the epoch that was asked for last, for the next batches will be of it too. */
  private record OrderOfEpoch(int epoch, EpochOrder order) {}

  /**
   * @param images the data set's training images
   * @param plan gives batch size, seed, images per epoch and whether to augment
   */
  public EpochBatches(Split images, TrainingPlan plan) {
    this.images = images;
    this.plan = plan;
    this.augmentation = plan.augment() ? Augmentation.of(plan.recipeInFull()) : Augmentation.NONE;
    this.mixing = Mixing.of(plan.recipeInFull(), plan.epochs());
  }

  /** How many batches an epoch has; the last one may be smaller than the others. */
  public int batchesPerEpoch() {
    return plan.epochBatches(images.size());
  }

  /**
   * The images [n,32,32,3] and labels [n] of a batch, augmented and perhaps mixed.
   *
   * @param epoch from 1
   * @param batch zero-based within the epoch
   * @throws IndexOutOfBoundsException if the epoch has no such batch
   */
  public LabelledImages batch(int epoch, int batch) {
    EpochOrder order = order(epoch);
    int from = Math.multiplyExact(batch, plan.batchSize());
    int size = Math.min(plan.batchSize(), order.size() - from);
    if (batch < 0 || size <= 0) {
      throw new IndexOutOfBoundsException("batch %d of %d".formatted(batch, batchesPerEpoch()));
    }
    byte[] pixels = new byte[size * Split.IMAGE_BYTES];
    int[] labels = new int[size];
    Optional<Mixture> mixture =
        plan.augment() && mixing.mixes()
            ? Optional.of(new Mixture(new int[size], new float[size]))
            : Optional.empty();
    IntStream places = IntStream.range(0, size);
    (size >= PARALLEL_IMAGES ? places.parallel() : places)
        .forEach(
            place -> {
              int image = order.imageAt(from + place);
              labels[place] = images.label(image);
              augment(image, epoch, pixels, place * Split.IMAGE_BYTES);
              mixture.ifPresent(mixed -> mix(image, epoch, pixels, mixed, place));
            });
    return new LabelledImages(pixels, labels, mixture);
  }

  private void augment(int image, int epoch, byte[] target, int targetAt) {
    augmentation.apply(
        images.chunk(image), images.offset(image), target, targetAt, plan.seed(), epoch, image);
  }

  /** Puts a second image, as the epoch sees it, into the one at a place, or leaves it alone. */
  private void mix(int image, int epoch, byte[] pixels, Mixture mixture, int place) {
    Mix mix = mixing.of(plan.seed(), epoch, image, images.size());
    mixture.labels()[place] = images.label(mix.mixes() ? mix.second() : image);
    mixture.shares()[place] = mix.share();
    if (mix.mixes()) {
      byte[] second = new byte[Split.IMAGE_BYTES];
      augment(mix.second(), epoch, second, 0);
      mix.apply(pixels, place * Split.IMAGE_BYTES, second);
    }
  }

  private EpochOrder order(int epoch) {
    OrderOfEpoch known = latest;
    if (known == null || known.epoch != epoch) {
      int size = images.size();
      known =
          new OrderOfEpoch(epoch, EpochOrder.of(size, plan.seed(), epoch, plan.epochImages(size)));
      latest = known;
    }
    return known.order;
  }
}
