package dev.rivulet.ingest.dataset;

import dev.rivulet.ingest.augment.SeededRandom;
import java.util.stream.IntStream;

/**
 * The built-in data set for a machine without internet: ten kinds of shapes, drawn by arithmetic
 * alone, so every machine has the same pixels.
 *
 * <p>Only the shape tells the class: place, size, turn, colours (light on dark, sometimes dark on
 * light), gradients, noise and small distractors are random. It is made to be too hard for a linear
 * classifier and easy for a small convolutional network, within its first few epochs.
 */
public final class ShapesDataset {
  public static final String NAME = "shapes";
  public static final int TRAIN_IMAGES = 16_384;
  public static final int VALIDATION_IMAGES = 2_048;

  private static final long SEED = 20_240_607;
  private static final long TRAIN_STREAM = 1;
  private static final long VALIDATION_STREAM = 2;

  private ShapesDataset() {}

  /** 16,384 training and 2,048 validation images. */
  public static Dataset create() {
    return create(TRAIN_IMAGES, VALIDATION_IMAGES);
  }

  /** A smaller or larger set; an image depends on its own index only. */
  static Dataset create(int trainImages, int validationImages) {
    return Dataset.of(
        NAME,
        Shape.names(),
        draw(trainImages, TRAIN_STREAM),
        draw(validationImages, VALIDATION_STREAM));
  }

  private static Split draw(int size, long stream) {
    Split split = new Split(size);
    Shape[] shapes = Shape.values();
    IntStream.range(0, size)
        .parallel()
        .forEach(
            i -> {
              int label = i % shapes.length;
              SeededRandom random = SeededRandom.of(SEED, stream, i, 0);
              split.put(i, label, ShapePicture.draw(shapes[label], random));
            });
    return split;
  }
}
