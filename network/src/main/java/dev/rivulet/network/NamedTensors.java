package dev.rivulet.network;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.network.ParameterLayout.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a canonical flat vector into the named tensors of a blob, and joins them again. */
final class NamedTensors {
  private NamedTensors() {}

  /** One F32 tensor per parameter, named prefix + parameter name. */
  static List<Tensor> split(NetworkConfig config, String prefix, float[] values) {
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter parameter : ParameterLayout.of(config).parameters()) {
      float[] part = Arrays.copyOfRange(values, parameter.offset(), parameter.end());
      int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
      tensors.add(Tensor.ofFloats(prefix + parameter.name(), part, shape));
    }
    return tensors;
  }

  /**
   * The vector of a model that can serve.
   *
   * @throws SafeTensorsException as {@link #join} does, or if a tensor holds a value that is not
   *     finite
   */
  static float[] joinFinite(NetworkConfig config, String prefix, SafeTensors blob) {
    float[] values = join(config, prefix, blob);
    for (Parameter parameter : ParameterLayout.of(config).parameters()) {
      int end = parameter.end();
      for (int i = parameter.offset(); i < end; i++) {
        if (!Float.isFinite(values[i])) {
          throw new SafeTensorsException(
              "tensor %s holds %s".formatted(prefix + parameter.name(), Float.toString(values[i])));
        }
      }
    }
    return values;
  }

  /**
   * Bit for bit what was split.
   *
   * @throws SafeTensorsException if a tensor is missing, or has another shape or type
   */
  static float[] join(NetworkConfig config, String prefix, SafeTensors blob) {
    ParameterLayout layout = ParameterLayout.of(config);
    // first, as a few bytes of metadata can claim a network of gigabytes
    for (Parameter parameter : layout.parameters()) {
      Tensor tensor = blob.tensor(prefix + parameter.name());
      if (!tensor.shape().equals(parameter.shape())) {
        throw new SafeTensorsException(
            "tensor %s has shape %s, not %s"
                .formatted(tensor.name(), tensor.shape(), parameter.shape()));
      }
    }
    float[] values = new float[layout.size()];
    for (Parameter parameter : layout.parameters()) {
      blob.tensor(prefix + parameter.name()).floats(values, parameter.offset());
    }
    return values;
  }
}
