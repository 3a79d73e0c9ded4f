package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import dev.rivulet.network.ParameterLayout.Parameter;
import dev.rivulet.network.ReferenceNetwork.DropoutFactor;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's losses, logits and gradients against the reference in plain Java. */
class LearnerGradientTest {
  private static final NetworkConfig CONFIG =
      new NetworkConfig(8, List.of(1, 1, 1), List.of(2, 3, 2), 5);
  private static final Recipe DROPPING = Recipe.ORIGINAL.with(Map.of("dropout", 0.5));
  private static final long SEED = 11;
  private static final long STEP = 7;
  // on two threads, two slices
  private static final int IMAGES = 3;
  private static final byte[] PIXELS = new byte[IMAGES * NetworkConfig.IMAGE_BYTES];
  private static final int[] LABELS = {0, 3, 4};

  static {
    new Random(2).nextBytes(PIXELS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lossAndGradientsAreThoseOfTheReference(boolean denseConvolved) {
    double[] weights = weights();
    double beta1 = DROPPING.value(RecipeSetting.BETA1);
    ComputeDevice device = ComputeDevice.select("cpu", 2).withDenseConvolved(denseConvolved);
    try (Learner learner = new Learner(device, state(weights), DROPPING, 1, SEED)) {
      learner.step(PIXELS, LABELS, IMAGES);

      assertThat(learner.takeTotals().meanLoss()).isCloseTo(referenceLoss(weights), within(1e-4));
      // after one step from zero, the first moments are (1 - β₁) times the gradient
      float[] moments = learner.state().firstMoments();
      for (Parameter parameter : ParameterLayout.of(CONFIG).parameters()) {
        for (int index : List.of(0, parameter.size() / 2 + 1, parameter.size() - 1)) {
          int at = parameter.offset() + index;
          double reference = referenceGradient(weights, at);
          assertThat((double) moments[at] / (1 - beta1))
              .as("%s, value %d", parameter.name(), index)
              .isCloseTo(reference, within(1e-4 + 1e-3 * Math.abs(reference)));
        }
      }
    }
  }

  /** Every factor, maps of 4 × 4 pixels, several bottlenecks in a stage. */
  @ParameterizedTest
  @CsvSource({"false, 0", "false, 0.5", "true, 0", "true, 0.5"})
  void lossOfFourStagesIsThatOfTheReference(boolean denseConvolved, double dropout) {
    NetworkConfig config = new NetworkConfig(16, List.of(2, 1, 1, 2), List.of(1, 2, 3, 4), 100);
    double[] weights = weights(config);
    Recipe recipe = Recipe.ORIGINAL.with(Map.of("dropout", dropout));
    ComputeDevice device = ComputeDevice.select("cpu", 1).withDenseConvolved(denseConvolved);
    ReferenceNetwork reference = new ReferenceNetwork(config, weights);
    DropoutFactor factor = dropout > 0 ? masks(config, 0) : (layer, pixel, canonicalChannel) -> 1;
    try (Learner learner = new Learner(device, state(config, weights), recipe, 1, SEED)) {
      learner.step(PIXELS, LABELS, 1);

      assertThat(learner.takeTotals().meanLoss())
          .isCloseTo(reference.crossEntropy(PIXELS, 0, LABELS[0], factor), within(1e-4));
    }
  }

  @Test
  void servedProbabilitiesAndEvaluatedLossAreThoseOfTheReference() {
    double[] weights = weights();
    ReferenceNetwork reference = new ReferenceNetwork(CONFIG, weights);
    ComputeDevice device = ComputeDevice.select("cpu");
    double referenceLoss = 0;
    try (Classifier classifier = new Classifier(device, state(weights).modelWeights());
        Learner learner = new Learner(device, state(weights), DROPPING, 1, SEED)) {
      float[][] probabilities = classifier.probabilities(PIXELS, IMAGES);
      for (int image = 0; image < IMAGES; image++) {
        for (int label = 0; label < CONFIG.classes(); label++) {
          double loss = reference.crossEntropy(PIXELS, image, label, (layer, pixel, c) -> 1);
          assertThat((double) probabilities[image][label]).isCloseTo(Math.exp(-loss), within(1e-4));
          referenceLoss += label == LABELS[image] ? loss : 0;
        }
      }
      assertThat(learner.evaluate(PIXELS, LABELS, IMAGES, 2).lossSum())
          .isCloseTo(referenceLoss, within(1e-3));
    }
  }

  /** Central difference. */
  private static double referenceGradient(double[] weights, int at) {
    double offset = 1e-5;
    double[] moved = weights.clone();
    moved[at] = weights[at] + offset;
    double above = referenceLoss(moved);
    moved[at] = weights[at] - offset;
    return (above - referenceLoss(moved)) / (2 * offset);
  }

  private static double referenceLoss(double[] weights) {
    ReferenceNetwork reference = new ReferenceNetwork(CONFIG, weights);
    double sum = 0;
    for (int image = 0; image < IMAGES; image++) {
      sum += reference.crossEntropy(PIXELS, image, LABELS[image], masks(CONFIG, image));
    }
    return sum / IMAGES;
  }

  private static DropoutFactor masks(NetworkConfig config, int image) {
    List<byte[]> masks = new ArrayList<>();
    List<Integer> stages = new ArrayList<>();
    for (int stage = 0; stage < config.stages(); stage++) {
      for (int block = 0; block < config.depths().get(stage); block++) {
        masks.add(mask(config, stage, DropoutMasks.key(SEED, STEP, image, masks.size())));
        stages.add(stage);
      }
    }
    return (layer, pixel, canonicalChannel) -> {
      int channels = config.channels(stages.get(layer));
      int factor = config.factors().get(stages.get(layer));
      int engineChannel = canonicalChannel % factor * channels + canonicalChannel / factor;
      return masks.get(layer)[pixel * channels * factor + engineChannel];
    };
  }

  private static byte[] mask(NetworkConfig config, int stage, long key) {
    int pixels = config.side(stage) * config.side(stage);
    int longs = pixels * config.channels(stage) * config.factors().get(stage) / Long.BYTES;
    LongBuffer filled = LongBuffer.allocate(longs);
    DropoutMasks.fill(filled, 0, longs, key);
    byte[] mask = new byte[longs * Long.BYTES];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (filled.get(i / Long.BYTES) >>> i % Long.BYTES * Byte.SIZE);
    }
    return mask;
  }

  private static TrainingState state(double[] weights) {
    return state(CONFIG, weights);
  }

  private static TrainingState state(NetworkConfig config, double[] weights) {
    float[] values = new float[weights.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) weights[i];
    }
    return new TrainingState(
        config,
        values,
        new float[values.length],
        new float[values.length],
        Optional.empty(),
        Optional.empty(),
        STEP);
  }

  /** Values that exercise every layer; the initial ones would hide a branch behind its scale. */
  private static double[] weights() {
    return weights(CONFIG);
  }

  private static double[] weights(NetworkConfig config) {
    Random random = new Random(3);
    return random.doubles(config.parameterCount(), -0.6, 0.6).map(v -> (float) v).toArray();
  }
}
