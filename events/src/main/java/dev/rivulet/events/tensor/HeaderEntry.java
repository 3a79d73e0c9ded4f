package dev.rivulet.events.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One tensor's line in the header of a safetensors blob.
 *
 * @param begin of its bytes, counted from the end of the header
 * @param end of its bytes, exclusive
 */
record HeaderEntry(String name, TensorType type, List<Integer> shape, long begin, long end) {
  private static final int MAX_DIMENSIONS = 8;

  /**
   * @throws SafeTensorsException if the line is not one of the format
   */
  static HeaderEntry of(String name, JsonNode node) {
    JsonNode offsets = node.path("data_offsets");
    JsonNode dimensions = node.path("shape");
    if (!offsets.isArray()
        || offsets.size() != 2
        || !dimensions.isArray()
        || dimensions.size() > MAX_DIMENSIONS) {
      throw new SafeTensorsException("tensor %s: no usable shape or offsets".formatted(name));
    }
    List<Integer> shape = new ArrayList<>();
    for (JsonNode dimension : dimensions) {
      if (!dimension.isIntegralNumber() || !dimension.canConvertToInt()) {
        throw new SafeTensorsException("tensor %s: not a dimension".formatted(name));
      }
      shape.add(dimension.intValue());
    }
    return new HeaderEntry(
        name, type(name, node), shape, offset(name, offsets, 0), offset(name, offsets, 1));
  }

  private static long offset(String name, JsonNode offsets, int index) {
    JsonNode offset = offsets.get(index);
    if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0) {
      throw new SafeTensorsException("tensor %s: not an offset".formatted(name));
    }
    return offset.longValue();
  }

  private static TensorType type(String name, JsonNode node) {
    String dtype = node.path("dtype").asText();
    for (TensorType type : TensorType.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw new SafeTensorsException("tensor %s: unknown type '%s'".formatted(name, dtype));
  }
}
