package dev.rivulet.inference.reload;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.network.NetworkConfig;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that is ready to classify; it releases its native memory when its last user is done. */
public final class ServedModel {

  /** The forward pass: U8 [n, 32, 32, 3] to probabilities [n][classes]. */
  @FunctionalInterface
  public interface Forward {
    float[][] probabilities(byte[] images, int n);
  }

  private final ModelDescription description;
  private final Forward forward;
  private final Runnable release;
  private final Instant readyAt;

  // the first user is whoever made the model, until it hands the model to LiveModel
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * @param release frees what {@code forward} holds; called once, after the last user is done
   * @param readyAt when it was verified and warm
   */
  public ServedModel(
      ModelDescription description, Forward forward, Runnable release, Instant readyAt) {
    this.description = description;
    this.forward = forward;
    this.release = release;
    this.readyAt = readyAt;
  }

  public ModelDescription description() {
    return description;
  }

  public Instant readyAt() {
    return readyAt;
  }

  /** Becomes a user, unless the last one is done already. */
  boolean retain() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Ends being a user. */
  void release() {
    if (users.decrementAndGet() == 0) {
      release.run();
    }
  }

  float[][] probabilities(byte[] images, int n) {
    return forward.probabilities(images, n);
  }

  /** Whether it still classifies an image that it has classified before it began to serve. */
  boolean works() {
    try {
      forward.probabilities(grey(1), 1);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** What every model is tried with before it serves: U8 [n, 32, 32, 3]. */
  static byte[] grey(int n) {
    byte[] pixels = new byte[n * NetworkConfig.IMAGE_BYTES];
    Arrays.fill(pixels, (byte) 127);
    return pixels;
  }
}
