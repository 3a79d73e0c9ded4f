package dev.rivulet.inference.reload;

import dev.rivulet.network.CheckpointRefusedException;
import dev.rivulet.network.Classifier;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.RefusalReason;
import dev.rivulet.network.VerifiedCheckpoint;
import dev.rivulet.network.Weights;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Turns a checkpoint's bytes into a model that has proved that it works and is warm.
 *
 * <p>Not thread-safe.
 */
public final class CheckpointLoader {
  private static final float SUM_TOLERANCE = 1e-3f;

  /**
   * How long a model that serves has the processors to itself before each step of the next one's
   * load, all of which take some milliseconds: an image then waits for one of them at most.
   */
  private static final Duration BREATHER = Duration.ofMillis(20);

  private final ComputeDevice device;
  private final int maxBatch;
  private final Clock clock;
  private NetworkConfig warmed;

  /**
   * @param maxBatch how many images a batch will have at most
   */
  public CheckpointLoader(ComputeDevice device, int maxBatch, Clock clock) {
    this.device = device;
    this.maxBatch = maxBatch;
    this.clock = clock;
  }

  /**
   * The caller owns the model until it hands it over.
   *
   * @throws CheckpointRefusedException if the bytes are damaged, incomplete or not what they say
   */
  public ServedModel load(byte[] blob) {
    breathe();
    VerifiedCheckpoint checkpoint = VerifiedCheckpoint.of(blob);
    breathe();
    Classifier classifier = warm(checkpoint.weights());
    return new ServedModel(
        checkpoint.description(), classifier::probabilities, classifier::close, clock.instant());
  }

  private Classifier warm(Weights weights) {
    Classifier classifier;
    try {
      classifier = new Classifier(device, weights);
    } catch (RuntimeException e) {
      throw engineFailure(e);
    }
    breathe();
    try {
      for (int images : warmUp(weights.config())) {
        for (float[] answer : classifier.probabilities(ServedModel.grey(images), images)) {
          checkAnswer(answer);
        }
      }
      warmed = weights.config();
      return classifier;
    } catch (CheckpointRefusedException e) {
      classifier.close();
      throw e;
    } catch (RuntimeException e) {
      classifier.close();
      throw engineFailure(e);
    }
  }

  /** Not for the first model: image events wait for it. */
  private void breathe() {
    if (warmed != null) {
      LockSupport.parkNanos(BREATHER.toNanos());
    }
  }

  /**
   * The shapes that will come first; the engine plans and allocates for each, whatever the weights.
   */
  private int[] warmUp(NetworkConfig config) {
    return config.equals(warmed)
        ? new int[] {1}
        : new int[] {1, Math.max(1, maxBatch / 4), maxBatch, 1};
  }

  /** Finite weights can still overflow on their way to the answer. */
  private static void checkAnswer(float[] probabilities) {
    float sum = 0;
    for (float probability : probabilities) {
      sum += probability;
    }
    // written so that a sum that is no number fails too
    if (!(Math.abs(sum - 1) < SUM_TOLERANCE)) {
      throw new CheckpointRefusedException(
          RefusalReason.ANSWERS,
          "it answers a grey image with probabilities that add up to " + sum);
    }
  }

  private static CheckpointRefusedException engineFailure(RuntimeException e) {
    return new CheckpointRefusedException(
        RefusalReason.ENGINE, "the engine cannot run it: " + e.getMessage(), e);
  }
}
