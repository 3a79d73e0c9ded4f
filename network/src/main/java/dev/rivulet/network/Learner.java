package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.events.batch.LabelledImages.Mixture;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RecipeSetting;
import dev.rivulet.network.AdamOptimizer.Moments;
import dev.rivulet.network.ParameterLayout.Parameter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains a network, one batch at a time.
 *
 * <p>On the CPU a batch is cut into slices small enough for their activations to stay in a core's
 * cache. Each slice runs on one thread, and their gradients are added in the order of the slices,
 * so the result has the same bits whichever thread ran which; how a batch is cut depends on the
 * number of threads. A GPU takes the batch whole. Forward and backward pass are in the device's
 * precision; weights, moments, losses and validation are always FLOAT32 or better.
 *
 * <p>Not thread-safe. Several learners of a process may step at once on a CPU, but not on a GPU if
 * activations are dropped there.
 */
public final class Learner implements AutoCloseable {
  /**
   * So that 1 to 4 threads share 32 images alike. Measured: larger slices are hardly faster,
   * smaller ones pay the engine's cost per call more often. In half the bytes twice as many are
   * faster.
   */
  private static final int MAX_CPU_SLICE_FP32_IMAGES = 8;

  // as in TensorFlow's and timm's averages with warm-up
  private static final double AVERAGING_DELAY = 10;

  private final ComputeDevice device;
  private final NetworkConfig config;
  private final LearningRates rates;
  private final AdamOptimizer optimizer;
  private final double averaging;
  private final EngineOrder order;
  private final SliceWorkers workers;
  private final Inference inference;
  // not loaded anew for each batch that is evaluated
  private final SharedScript evaluating;
  private final LossGradient lossGradient;
  private final NDManager manager;
  private NDManager vectors;
  private NDArray weights;
  private Moments moments;
  private NDArray decaying;
  private NDArray averaged;
  private LossScaling scaling;
  private NDManager totals;
  private NDArray lossTotal;
  private NDArray correctTotal;
  private long imageTotal;
  private long step;

  /** Starts with fresh weights; see the other constructor. */
  public Learner(
      ComputeDevice device, NetworkConfig config, Recipe recipe, long totalSteps, long seed) {
    this(device, TrainingState.initial(config, recipe, seed), recipe, totalSteps, seed);
  }

  /**
   * Goes on from a state.
   *
   * @param initial copied
   * @param recipe says how each step is taken
   * @param totalSteps of the whole run, from its beginning to its end, for the learning rate
   * @param seed decides the dropout of every step, together with the step's number
   * @throws IllegalArgumentException if the recipe averages weights and the state has no average,
   *     or the other way round
   */
  public Learner(
      ComputeDevice device, TrainingState initial, Recipe recipe, long totalSteps, long seed) {
    this.device = device;
    this.config = initial.config();
    rates = new LearningRates(recipe, totalSteps);
    optimizer = new AdamOptimizer(recipe, Muon.of(recipe, config));
    averaging = recipe.value(RecipeSetting.AVERAGING);
    checkAveraging(initial);
    order = new EngineOrder(config);
    workers = new SliceWorkers(device.threads());
    inference = new Inference(device, workers);
    manager = NDManager.newBaseManager(device.device());
    try {
      lossGradient = new LossGradient(manager, device, config, recipe, seed);
      evaluating = ScriptedNetwork.program(config, device.device());
      hold(initial);
      clearTotals();
    } catch (RuntimeException | Error e) {
      // the device may have no room for them
      close();
      throw e;
    }
  }

  /** Trains on one batch; see the other method. */
  public void step(byte[] images, int[] labels, int n) {
    step(ByteBuffer.wrap(images), labels, Optional.empty(), n);
  }

  /**
   * Trains on one batch: one forward and backward pass, one Adam step on the mean gradient.
   *
   * @param images U8 [n, 32, 32, 3] from the buffer's position on, which stays where it is
   * @param labels n class indices
   * @param mixture the n second images in them, if some are mixed
   * @param n at least 1
   * @throws IllegalArgumentException if images or labels are missing, or a label is no class
   */
  public void step(ByteBuffer images, int[] labels, Optional<Mixture> mixture, int n) {
    LabelledImages batch = new LabelledImages(images, labels, mixture, n, config.classes());
    int sliceImages =
        device.isGpu()
            ? n
            : SliceWorkers.sliceImages(n, device.threads(), maxCpuSliceImages(device));
    LossGradient.Share[] shares = new LossGradient.Share[(n + sliceImages - 1) / sliceImages];
    try (NDManager stepManager = manager.newSubManager()) {
      Optional<NDArray> factor = Optional.ofNullable(scaling).map(LossScaling::factor);
      LossGradient.Step inCommon = new LossGradient.Step(stepManager, weights, batch, step, factor);
      workers.run(
          shares.length,
          (slice, worker) -> {
            int first = slice * sliceImages;
            int count = Math.min(sliceImages, n - first);
            shares[slice] = lossGradient.share(inCommon, first, count, worker);
          });
      NDArray gradient = shares[0].gradient();
      for (int slice = 1; slice < shares.length; slice++) {
        gradient.addi(shares[slice].gradient());
      }
      for (LossGradient.Share share : shares) {
        lossTotal.addi(share.loss());
        correctTotal.addi(share.correct());
      }
      step++;
      gradient.divi(n);
      if (scaling == null) {
        update(gradient);
      } else {
        scaling.step(gradient, changing(), this::update);
      }
    }
    imageTotal += n;
  }

  /** As many as have the same bytes of activations in any precision. */
  static int maxCpuSliceImages(ComputeDevice device) {
    return MAX_CPU_SLICE_FP32_IMAGES * Precision.FP32.bytes() / device.precision().bytes();
  }

  private void update(NDArray gradient) {
    optimizer.update(weights, moments, decaying, gradient, step, rates.at(step));
    if (averaged != null) {
      average(gradient.getManager());
    }
  }

  /** What {@link #update} changes. */
  private List<NDArray> changing() {
    return Stream.of(weights, moments.first(), moments.second(), averaged)
        .filter(Objects::nonNull)
        .toList();
  }

  /** The mean of few weights at first, so that it soon forgets those that were drawn. */
  private void average(NDManager scratch) {
    float kept = (float) Math.min(averaging, (1.0 + step) / (AVERAGING_DELAY + step));
    NDArray share = weights.mul(1 - kept);
    share.attach(scratch);
    averaged.muli(kept).addi(share);
  }

  /** The sums since the last call or {@link #restore}; waits for the device. */
  public BatchTotals takeTotals() {
    BatchTotals taken =
        new BatchTotals(lossTotal.toDoubleArray()[0], correctTotal.toLongArray()[0], imageTotal);
    clearTotals();
    return taken;
  }

  private void clearTotals() {
    if (totals != null) {
      totals.close();
    }
    totals = manager.newSubManager();
    lossTotal = totals.zeros(new Shape(), DataType.FLOAT64);
    correctTotal = totals.zeros(new Shape(), DataType.INT64);
    imageTotal = 0;
  }

  /** {@link #evaluate(ByteBuffer, int[], int, int)}. */
  public Evaluation evaluate(byte[] images, int[] labels, int n, int batch) {
    return evaluate(ByteBuffer.wrap(images), labels, n, batch);
  }

  /**
   * Measures the model as it is, the averaged weights if there are any, without dropout and without
   * learning.
   *
   * @param images U8 [n, 32, 32, 3] from the buffer's position on, which stays where it is
   * @param batch how many images at most go through a GPU at once
   */
  public Evaluation evaluate(ByteBuffer images, int[] labels, int n, int batch) {
    return evaluate(averaged == null ? weights : averaged, images, labels, n, batch);
  }

  /** The same of the weights themselves, which the next step changes. */
  public Evaluation evaluateRaw(ByteBuffer images, int[] labels, int n, int batch) {
    return evaluate(weights, images, labels, n, batch);
  }

  /** Whether the model is a moving average of the weights. */
  public boolean averages() {
    return averaged != null;
  }

  private Evaluation evaluate(NDArray model, ByteBuffer images, int[] labels, int n, int batch) {
    LabelledImages labelled = new LabelledImages(images, labels, n, config.classes());
    float[][] logits;
    try (ScriptedNetwork fixed = new ScriptedNetwork(config, model)) {
      logits = inference.logits(manager, fixed, images, n, batch);
    }
    return Evaluation.of(logits, labelled);
  }

  /** A copy of everything that later steps depend on. */
  public TrainingState state() {
    return new TrainingState(
        config,
        order.toCanonical(weights.toFloatArray()),
        order.toCanonical(moments.first().toFloatArray()),
        order.toCanonical(moments.second().toFloatArray()),
        Optional.ofNullable(averaged).map(NDArray::toFloatArray).map(order::toCanonical),
        Optional.ofNullable(scaling).map(LossScaling::state),
        step);
  }

  /**
   * Goes on from that state and forgets totals not yet taken.
   *
   * @throws IllegalArgumentException if it is another network's
   */
  public void restore(TrainingState state) {
    if (!state.config().equals(config)) {
      throw new IllegalArgumentException(
          "the state is of %s, the learner of %s".formatted(state.config(), config));
    }
    checkAveraging(state);
    vectors.close();
    hold(state);
    clearTotals();
  }

  private void checkAveraging(TrainingState state) {
    if (state.averaged().isPresent() != averaging > 0) {
      throw new IllegalArgumentException(
          "the state has %s, but the recipe's averaging is %s"
              .formatted(
                  state.averaged().isPresent() ? "averaged weights" : "no averaged weights",
                  averaging));
    }
  }

  private void hold(TrainingState state) {
    vectors = manager.newSubManager();
    weights = vector(state.weights());
    moments = new Moments(vector(state.firstMoments()), vector(state.secondMoments()));
    averaged = state.averaged().map(this::vector).orElse(null);
    scaling =
        device.scalesLosses()
            ? new LossScaling(vectors, state.lossScale().orElse(LossScale.INITIAL))
            : null;
    decaying = optimizer.decays() ? vector(kernels()) : null;
    step = state.step();
  }

  /** 1 for each value of a kernel, 0 for others; canonical. */
  private float[] kernels() {
    float[] marks = new float[config.parameterCount()];
    for (Parameter parameter : ParameterLayout.of(config).parameters()) {
      if (parameter.role().isKernel()) {
        Arrays.fill(marks, parameter.offset(), parameter.end(), 1);
      }
    }
    return marks;
  }

  private NDArray vector(float[] canonical) {
    return EngineVectors.create(vectors, order.toEngine(canonical));
  }

  public NetworkConfig config() {
    return config;
  }

  /** Steps taken, those before the initial state included. */
  public long steps() {
    return step;
  }

  /** The rate of the last step, or of the first one before it. */
  public float learningRate() {
    return rates.at(Math.max(1, step));
  }

  @Override
  public void close() {
    workers.close();
    manager.close();
    // not there if the constructor has failed
    if (lossGradient != null) {
      lossGradient.close();
    }
    if (evaluating != null) {
      evaluating.close();
    }
  }
}
