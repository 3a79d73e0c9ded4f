package dev.rivulet.network;

import ai.djl.ndarray.NDArray;

/** How the network's dropout layers treat activations in training. */
interface Dropout {
  /** Leaves every activation as it is. */
  Dropout NONE = (activations, layer) -> activations;

  /**
   * Zeroes half of the activations and doubles the rest.
   *
   * @param layer which of the network's dropout layers this is, counted from 0
   * @param activations may be overwritten
   * @return an array of the same shape, owned by the manager of the given one
   */
  NDArray apply(NDArray activations, int layer);
}
