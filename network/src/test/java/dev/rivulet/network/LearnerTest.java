package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import dev.rivulet.events.batch.LabelledImages.Mixture;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.network.ParameterLayout.Parameter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
  private static final NetworkConfig CONFIG =
      new NetworkConfig(8, List.of(1, 1), List.of(2, 2), 10);
  private static final Recipe DROPPING = Recipe.ORIGINAL.with(Map.of("dropout", 0.5));
  private static final long STEPS = 20;
  private static final int N = 10;
  private static final byte[] IMAGES = new byte[N * NetworkConfig.IMAGE_BYTES];
  private static final int[] LABELS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  static {
    new Random(1).nextBytes(IMAGES);
  }

  @Test
  void takesBitIdenticalStepsWhicheverThreadTakesASlice() {
    byte[] images = new byte[32 * NetworkConfig.IMAGE_BYTES];
    new Random(2).nextBytes(images);
    int[] labels = new Random(2).ints(32, 0, CONFIG.classes()).toArray();
    try (Learner one = learner(1);
        Learner two = learner(2);
        Learner four = learner(4)) {
      for (int step = 0; step < 3; step++) {
        for (Learner learner : List.of(one, two, four)) {
          learner.step(images, labels, 32);
        }
      }
      assertSame(two.state(), one.state());
      assertSame(four.state(), one.state());
      assertThat(two.takeTotals()).isEqualTo(one.takeTotals()).isEqualTo(four.takeTotals());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "32, 1, 8",
    "32, 2, 8",
    "32, 3, 6",
    "32, 4, 8",
    "32, 8, 4",
    "32, 64, 1",
    "128, 2, 8",
    "5, 2, 3",
    "1, 2, 1",
    "16, 1, 8",
    "12, 1, 6"
  })
  void givesEveryThreadAnEqualShareInSlicesOfAtMostEight(int n, int threads, int sliceImages) {
    int most = Learner.maxCpuSliceImages(ComputeDevice.select("cpu"));
    assertThat(SliceWorkers.sliceImages(n, threads, most)).isEqualTo(sliceImages);
  }

  @Test
  void aSliceHasTwiceAsManyInHalfTheBytes() {
    ComputeDevice half = ComputeDevice.select("cpu").withPrecision(Precision.BF16);
    assertThat(Learner.maxCpuSliceImages(half)).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"original", "strong"})
  void goesOnFromAStateAsIfItHadNeverStopped(String name) {
    Recipe recipe = Recipe.named(name).with(Map.of("dropout", 0.5));
    try (Learner undisturbed = learner(2, recipe);
        Learner other = learner(2, recipe)) {
      undisturbed.step(IMAGES, LABELS, N);
      TrainingState middle = undisturbed.state();
      BatchTotals before = undisturbed.takeTotals();
      undisturbed.step(IMAGES, LABELS, N);
      undisturbed.step(IMAGES, LABELS, 3);

      other.step(IMAGES, LABELS, 2);
      other.restore(middle);
      other.step(IMAGES, LABELS, N);
      BatchTotals after = other.takeTotals();
      other.step(IMAGES, LABELS, 3);

      assertSame(other.state(), undisturbed.state());
      assertThat(before.plus(after).plus(other.takeTotals()))
          .isEqualTo(before.plus(undisturbed.takeTotals()));
      assertThat(other.steps()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void learnsOneBatchByHeart(Precision precision) {
    assumeUsable(precision);
    ComputeDevice device = ComputeDevice.select("cpu", 2).withPrecision(precision);
    try (Learner learner = new Learner(device, CONFIG, DROPPING, STEPS, 9)) {
      Evaluation before = learner.evaluate(IMAGES, LABELS, N, N);
      for (int step = 0; step < 80; step++) {
        learner.step(IMAGES, LABELS, N);
      }
      Evaluation after = learner.evaluate(IMAGES, LABELS, N, N);

      assertThat(before.meanLoss()).isGreaterThan(1.5);
      assertThat(after.meanLoss()).isLessThan(0.5 * before.meanLoss());
      assertThat(after.accuracy()).isGreaterThan(0.7);
    }
  }

  @Test
  void evaluatesWithoutDropoutAndWithoutLearning() {
    try (Learner learner = learner(2)) {
      learner.restore(grown(learner.state()));
      TrainingState state = learner.state();
      Evaluation first = learner.evaluate(IMAGES, LABELS, N, N);
      Evaluation second = learner.evaluate(ByteBuffer.wrap(IMAGES), LABELS, N, 3);

      assertThat(second.lossSum()).isEqualTo(first.lossSum());
      assertThat(first.images()).isEqualTo(N);
      assertThat(first.labels()).isEqualTo(LABELS);
      assertThat(second.detail()).isEqualTo(first.detail());
      assertSame(learner.state(), state);
      learner.step(IMAGES, LABELS, N);
      assertThat(learner.takeTotals().lossSum()).isNotCloseTo(first.lossSum(), within(1e-3));
    }
  }

  @Test
  void countsWhatItTrainedOnUntilItIsTaken() {
    try (Learner learner = learner(2)) {
      learner.step(IMAGES, LABELS, N);
      learner.step(IMAGES, LABELS, 3);
      BatchTotals totals = learner.takeTotals();

      assertThat(totals.images()).isEqualTo(N + 3);
      assertThat(totals.lossSum()).isBetween(13 * 1.0, 13 * 6.0);
      assertThat(totals.correct()).isBetween(0L, 13L);
      assertThat(learner.takeTotals()).isEqualTo(BatchTotals.NONE);
    }
  }

  @Test
  void recoversFromValuesThatAreNotNumbers() {
    try (Learner learner = learner(2)) {
      TrainingState good = learner.state();
      TrainingState bad = learner.state();
      bad.weights()[0] = Float.NaN;
      learner.restore(bad);
      learner.step(IMAGES, LABELS, N);
      assertThat(learner.takeTotals().lossSum()).isNaN();

      learner.step(IMAGES, LABELS, N);
      learner.restore(good);
      learner.step(IMAGES, LABELS, N);

      assertThat(learner.takeTotals().lossSum()).isFinite();
      assertThat(learner.state().weights()[0]).isFinite();
    }
  }

  @Test
  void readsFromTheBuffersPosition() {
    ByteBuffer shifted = ByteBuffer.allocateDirect(100 + IMAGES.length).put(new byte[100]);
    shifted.put(IMAGES).position(100);
    try (Learner one = learner(2);
        Learner other = learner(2)) {
      one.step(IMAGES, LABELS, N);
      other.step(shifted, LABELS, Optional.empty(), N);

      assertSame(other.state(), one.state());
      assertThat(shifted.position()).isEqualTo(100);
    }
  }

  @Test
  void refusesBatchesThatDoNotFit() {
    try (Learner learner = learner(1)) {
      assertThatThrownBy(() -> learner.step(IMAGES, LABELS, N + 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("30720 bytes for 11 images of 3072 bytes");
      assertThatThrownBy(() -> learner.step(IMAGES, new int[] {1}, 2))
          .hasMessage("1 labels for 2 images");
      assertThatThrownBy(() -> learner.step(IMAGES, new int[] {3, 10}, 2))
          .hasMessage("label 10 of image 1 is not one of 10 classes");
      assertThatThrownBy(() -> learner.step(IMAGES, LABELS, 0))
          .hasMessageContaining("for 0 images");
    }
  }

  @Test
  void refusesTheStateOfAnotherNetwork() {
    try (Learner learner = learner(1)) {
      assertThatThrownBy(
              () ->
                  learner.restore(
                      TrainingState.initial(NetworkConfig.of(8, 10), Recipe.ORIGINAL, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the state is of");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FP32")
  void gradientsInHalfTheBitsPointTheSameWay(Precision precision) {
    assumeUsable(precision);
    TrainingState state = grown(TrainingState.initial(CONFIG, Recipe.ORIGINAL, 5));
    float[] full = firstMoments(state, Precision.FP32);
    float[] half = firstMoments(state, precision);

    assertThat(half).isNotEqualTo(full);
    assertThat(cosine(full, half)).isGreaterThan(0.97);
    // PyTorch's own mixed precision does no better; sums of norms over all pixels lose most
    for (Parameter parameter : ParameterLayout.of(CONFIG).parameters()) {
      if (parameter.role().isKernel()) {
        int to = parameter.offset() + parameter.size();
        float[] expected = Arrays.copyOfRange(full, parameter.offset(), to);
        float[] actual = Arrays.copyOfRange(half, parameter.offset(), to);
        assertThat(cosine(expected, actual)).as(parameter.name()).isGreaterThan(0.97);
        double longer = Math.sqrt(dot(actual, actual) / dot(expected, expected));
        assertThat(longer).as(parameter.name()).isBetween(0.8, 1.25);
      }
    }
  }

  /** The older engine computes in FLOAT16 on GPUs only. */
  private static void assumeUsable(Precision precision) {
    ComputeDevice.select("cpu");
    assumeTrue(
        precision != Precision.FP16 || !Engine.getInstance().getVersion().startsWith("2.0."));
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static float[] firstMoments(TrainingState state, Precision precision) {
    ComputeDevice device = ComputeDevice.select("cpu", 2).withPrecision(precision);
    try (Learner learner = new Learner(device, state, DROPPING, STEPS, 9)) {
      learner.step(IMAGES, LABELS, N);
      return learner.state().firstMoments();
    }
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  @Test
  void goesOnWithTheLossScaleOfAState() {
    assumeUsable(Precision.FP16);
    ComputeDevice device = ComputeDevice.select("cpu", 2).withPrecision(Precision.FP16);
    TrainingState fresh = TrainingState.initial(CONFIG, Recipe.STRONG, 5);
    TrainingState scaled =
        new TrainingState(
            CONFIG,
            fresh.weights(),
            fresh.firstMoments(),
            fresh.secondMoments(),
            fresh.averaged(),
            Optional.of(new LossScale(0x1p40f, 3)),
            0);
    try (Learner learner = new Learner(device, scaled, Recipe.STRONG, STEPS, 9)) {
      learner.step(IMAGES, LABELS, N);
      TrainingState overflowed = learner.state();

      assertThat(overflowed.weights()).isEqualTo(fresh.weights());
      assertThat(overflowed.averaged().orElseThrow()).isEqualTo(fresh.weights());
      assertThat(overflowed.secondMoments()).containsOnly(0);
      assertThat(overflowed.lossScale()).contains(new LossScale(0x1p39f, 0));

      learner.restore(fresh);
      learner.step(IMAGES, LABELS, N);
      assertThat(learner.state().lossScale()).contains(new LossScale(512, 1));
      assertThat(learner.state().weights()).isNotEqualTo(fresh.weights());
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesNoNativeArraysBehind(Precision precision) {
    assumeUsable(precision);
    ComputeDevice device = ComputeDevice.select("cpu", 2).withPrecision(precision);
    int before = liveArrays();
    int programs = SharedScript.loaded();
    Recipe everything = Recipe.STRONG.with(Map.of("muon", 0.2, "clipNorm", 1.0, "dropout", 0.5));
    try (Learner learner = new Learner(device, CONFIG, everything, STEPS, 9)) {
      learner.step(IMAGES, LABELS, N);
      learner.takeTotals();
      int held = liveArrays();
      int heldPrograms = SharedScript.loaded();
      for (int step = 0; step < 5; step++) {
        learner.step(IMAGES, LABELS, N);
        learner.evaluate(IMAGES, LABELS, N, 4);
        learner.restore(learner.state());
        learner.takeTotals();
      }
      assertThat(held).isGreaterThan(before);
      assertThat(liveArrays()).isEqualTo(held);
      // one for training, one for evaluation
      assertThat(heldPrograms).isEqualTo(programs + 2);
      assertThat(SharedScript.loaded()).isEqualTo(heldPrograms);
    }
    assertThat(liveArrays()).isEqualTo(before);
    assertThat(SharedScript.loaded()).isEqualTo(programs);
  }

  @Test
  void stepsBesideAnotherLearnerAsIfItWereAlone() throws Exception {
    ExecutorService others = Executors.newSingleThreadExecutor();
    try (Learner alone = learner(2);
        Learner beside = learner(2);
        Learner other = learner(2, Recipe.STRONG)) {
      Future<?> steps =
          others.submit(
              () -> {
                for (int step = 0; step < 10; step++) {
                  other.step(IMAGES, LABELS, N);
                }
              });
      for (int step = 0; step < 10; step++) {
        beside.step(IMAGES, LABELS, N);
      }
      steps.get();
      for (int step = 0; step < 10; step++) {
        alone.step(IMAGES, LABELS, N);
      }
      assertSame(beside.state(), alone.state());
    } finally {
      others.shutdownNow();
    }
  }

  @Test
  void theModelIsTheAverageOfTheWeights() {
    Recipe recipe = Recipe.STRONG.with(Map.of("averaging", 0.9));
    try (Learner learner = learner(2, recipe)) {
      double average = learner.state().weights()[0];
      for (int step = 1; step <= 3; step++) {
        learner.step(IMAGES, LABELS, N);
        double kept = Math.min(0.9, (1.0 + step) / (10 + step));
        average = kept * average + (1 - kept) * learner.state().weights()[0];
      }
      TrainingState state = learner.state();
      assertThat((double) state.averaged().orElseThrow()[0]).isCloseTo(average, within(1e-6));
      try (Classifier model = new Classifier(ComputeDevice.select("cpu"), state.modelWeights());
          Classifier raw =
              new Classifier(ComputeDevice.select("cpu"), new Weights(CONFIG, state.weights()))) {
        assertThat(learner.evaluate(IMAGES, LABELS, N, N).lossSum())
            .isCloseTo(loss(model), within(1e-3));
        assertThat(learner.evaluateRaw(ByteBuffer.wrap(IMAGES), LABELS, N, N).lossSum())
            .isCloseTo(loss(raw), within(1e-3))
            .isNotCloseTo(loss(model), within(1e-3));
      }
    }
  }

  private static double loss(Classifier classifier) {
    float[][] probabilities = classifier.probabilities(IMAGES, N);
    double sum = 0;
    for (int image = 0; image < N; image++) {
      sum -= Math.log(probabilities[image][LABELS[image]]);
    }
    return sum;
  }

  @Test
  void targetsAreSharedBetweenLabelsAndSmoothed() {
    Mixture mixture = new Mixture(new int[] {3, 0, 4}, new float[] {0.25f, 0, 0.5f});
    LabelledImages images =
        new LabelledImages(
            ByteBuffer.wrap(IMAGES), new int[] {1, 2, 4}, Optional.of(mixture), 3, 5);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(images.targets(manager, 0, 3, 0).toFloatArray())
          .containsExactly(
              new float[] {0, 0.75f, 0, 0.25f, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1}, within(1e-6f));
      assertThat(images.targets(manager, 1, 2, 0.1f).toFloatArray())
          .containsExactly(
              new float[] {0.02f, 0.02f, 0.92f, 0.02f, 0.02f, 0.02f, 0.02f, 0.02f, 0.02f, 0.92f},
              within(1e-6f));
    }
  }

  @Test
  void learnsFromSecondImagesToo() {
    Recipe recipe = Recipe.STRONG.with(Map.of("labelSmoothing", 0.0));
    try (Learner plain = learner(2, recipe);
        Learner mixed = learner(2, recipe);
        Learner unmixed = learner(2, recipe)) {
      plain.step(IMAGES, LABELS, N);
      float[] half = new float[N];
      Arrays.fill(half, 0.5f);
      int[] others = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0};
      ByteBuffer images = ByteBuffer.wrap(IMAGES);
      mixed.step(images, LABELS, Optional.of(new Mixture(others, half)), N);
      unmixed.step(images, LABELS, Optional.of(new Mixture(others, new float[N])), N);

      assertSame(unmixed.state(), plain.state());
      assertThat(mixed.state().weights()).isNotEqualTo(plain.state().weights());
    }
  }

  @Test
  void refusesAStateOfAnotherKindOfRecipe() {
    TrainingState state = TrainingState.initial(CONFIG, Recipe.ORIGINAL, 1);
    ComputeDevice device = ComputeDevice.select("cpu");

    assertThatThrownBy(() -> new Learner(device, state, Recipe.STRONG, STEPS, 9))
        .hasMessageContaining("no averaged weights");
  }

  private static Learner learner(int threads) {
    return learner(threads, DROPPING);
  }

  private static Learner learner(int threads, Recipe recipe) {
    return new Learner(ComputeDevice.select("cpu", threads), CONFIG, recipe, STEPS, 9);
  }

  /** Large block scales, so that dropout shows in the loss. */
  private static TrainingState grown(TrainingState state) {
    float[] weights = state.weights();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weights[i] == 1e-6f ? 1 : weights[i];
    }
    return state;
  }

  private static void assertSame(TrainingState actual, TrainingState expected) {
    assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
  }

  /** Arrays that any manager of the engine holds. */
  private static int liveArrays() {
    try (NDManager probe = NDManager.newBaseManager()) {
      return probe.getParentManager().getManagedArrays().size();
    }
  }
}
