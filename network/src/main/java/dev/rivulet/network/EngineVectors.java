package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Hands vectors of parameters to the engine. */
final class EngineVectors {
  private EngineVectors() {}

  /**
   * A vector in memory the engine has allocated itself, and so aligned the same in every process:
   * matrix products may round differently for other alignments, which Java's buffers have.
   */
  static NDArray create(NDManager manager, float[] values) {
    try (NDArray inJavaMemory = manager.create(values)) {
      return inJavaMemory.duplicate();
    }
  }
}
