package dev.rivulet.network;

import dev.rivulet.events.Sha256;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network with its weights, as a checkpoint holds it.
 *
 * @param values the flat vector in the order of {@link ParameterLayout}; not copied
 */
public record Weights(NetworkConfig config, float[] values) {

  /**
   * @throws IllegalArgumentException if the vector has the wrong length
   */
  public Weights {
    int needed = config.parameterCount();
    if (values.length != needed) {
      throw new IllegalArgumentException(
          "%d weights for a network of %d".formatted(values.length, needed));
    }
  }

  /**
   * The checkpoint: one F32 tensor per parameter, and the network's shape as metadata.
   *
   * @param extraMetadata put after the network's own
   */
  public SafeTensors toSafeTensors(Map<String, String> extraMetadata) {
    Map<String, String> metadata = new LinkedHashMap<>(config.toMetadata());
    metadata.putAll(extraMetadata);
    return SafeTensors.of(NamedTensors.split(config, "", values), metadata);
  }

  /**
   * @throws SafeTensorsException if the metadata is not that of such a network, or its tensors have
   *     other names, shapes or types, or values that are not finite
   */
  public static Weights fromSafeTensors(SafeTensors blob) {
    NetworkConfig config = NetworkConfig.fromMetadata(blob);
    int named = ParameterLayout.of(config).parameters().size();
    if (blob.tensors().size() != named) {
      throw new SafeTensorsException(
          "%d tensors, but such a network has %d".formatted(blob.tensors().size(), named));
    }
    return new Weights(config, NamedTensors.joinFinite(config, "", blob));
  }

  /** SHA-256 of the values as little-endian bytes in canonical order, in lower-case hex. */
  public String sha256() {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Sha256.hex(bytes.array());
  }

  /** The same network and bit-identical values. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Weights weights
        && config.equals(weights.config)
        && Arrays.equals(values, weights.values);
  }

  @Override
  public int hashCode() {
    return 31 * config.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Weights[%s, sha256 %s]".formatted(config, sha256());
  }
}
