package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.rivulet.network.TypeConversion.Target;

/**
 * In which type a network computes. Weights, losses and whatever comes from outside are FLOAT32;
 * with a narrower type they are converted on the way in, and logits on the way out.
 */
final class ActivationType implements AutoCloseable {
  /** Everything as it comes. */
  static final ActivationType FLOAT32 = new ActivationType(null, null);

  private final TypeConversion narrowing;
  private final TypeConversion widening;

  private ActivationType(TypeConversion narrowing, TypeConversion widening) {
    this.narrowing = narrowing;
    this.widening = widening;
  }

  /** Computes on that device in a narrower type. */
  static ActivationType narrow(Target type, Device device) {
    TypeConversion narrowing = new TypeConversion(type, device);
    try {
      return new ActivationType(narrowing, new TypeConversion(Target.FLOAT32, device));
    } catch (RuntimeException | Error e) {
      narrowing.close();
      throw e;
    }
  }

  /** FLOAT32 to this type. */
  NDArray narrow(NDArray array) {
    return narrowing == null ? array : narrowing.apply(array);
  }

  /** This type to FLOAT32. */
  NDArray widen(NDArray array) {
    return widening == null ? array : widening.apply(array);
  }

  @Override
  public void close() {
    if (narrowing != null) {
      narrowing.close();
      widening.close();
    }
  }
}
