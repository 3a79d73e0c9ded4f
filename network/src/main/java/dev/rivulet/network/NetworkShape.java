package dev.rivulet.network;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Tells from the tensors alone which network they belong to, if they lack its metadata. */
public final class NetworkShape {
  private static final String BLOCK = "stages.%d.blocks.%d.depthwise.weight";

  private NetworkShape() {}

  /**
   * The network that has tensors of these names and shapes; whether it has all of them is seen when
   * they are read.
   *
   * @throws SafeTensorsException if there is no such network
   */
  public static NetworkConfig of(SafeTensors tensors) {
    int width = rows(tensors.tensor("stem.conv.weight"));
    List<Integer> depths = new ArrayList<>();
    List<Integer> factors = new ArrayList<>();
    for (int stage = 0; tensors.has(BLOCK.formatted(stage, 0)); stage++) {
      int depth = 0;
      while (tensors.has(BLOCK.formatted(stage, depth))) {
        depth++;
      }
      depths.add(depth);
      factors.add(rows(tensors.tensor(BLOCK.formatted(stage, 0))) / Math.max(1, width << stage));
    }
    try {
      return new NetworkConfig(width, depths, factors, rows(tensors.tensor("head.dense.weight")));
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException("no network of ours: " + e.getMessage(), e);
    }
  }

  private static int rows(Tensor tensor) {
    if (tensor.shape().isEmpty()) {
      throw new SafeTensorsException(
          "tensor %s is a single number; no network of ours".formatted(tensor.name()));
    }
    return tensor.shape().get(0);
  }
}
