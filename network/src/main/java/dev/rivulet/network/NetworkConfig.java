package dev.rivulet.network;

import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The shape of a network: everything that decides which parameters it has.
 *
 * @param width channels after the stem, a multiple of 8 from 8 to 128; every later stage doubles it
 * @param depths bottlenecks per stage, 1 to 16 each, for 1 to 4 stages
 * @param factors how many times a stage's bottlenecks widen their input, 1 to 8 each
 * @param classes 2 to 1000
 */
public record NetworkConfig(int width, List<Integer> depths, List<Integer> factors, int classes) {
  /** Height and width of an input image in pixels. */
  public static final int IMAGE_SIDE = 32;

  /** Red, green, blue. */
  public static final int IMAGE_CHANNELS = 3;

  /** Bytes of one image, row-major and interleaved. */
  public static final int IMAGE_BYTES = IMAGE_SIDE * IMAGE_SIDE * IMAGE_CHANNELS;

  static final String ARCHITECTURE = "rivulet-convnext";

  private static final List<Integer> DEFAULT_DEPTHS = List.of(2, 4, 2);
  private static final List<Integer> DEFAULT_FACTORS = List.of(2, 4, 2);
  private static final int MAX_STAGES = 4;

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public NetworkConfig {
    depths = List.copyOf(depths);
    factors = List.copyOf(factors);
    if (width < 8 || width > 128 || width % 8 != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of 8 from 8 to 128, not " + width);
    }
    if (depths.isEmpty() || depths.size() > MAX_STAGES || depths.size() != factors.size()) {
      throw new IllegalArgumentException(
          "depths and factors must both list 1 to %d stages, not %s and %s"
              .formatted(MAX_STAGES, depths, factors));
    }
    if (depths.stream().anyMatch(depth -> depth < 1 || depth > 16)) {
      throw new IllegalArgumentException("every depth must be from 1 to 16, not " + depths);
    }
    if (factors.stream().anyMatch(factor -> factor < 1 || factor > 8)) {
      throw new IllegalArgumentException("every factor must be from 1 to 8, not " + factors);
    }
    if (classes < 2 || classes > 1000) {
      throw new IllegalArgumentException("classes must be from 2 to 1000, not " + classes);
    }
  }

  /**
   * The default depths 2, 4, 2 and factors 2, 4, 2.
   *
   * @throws IllegalArgumentException if width or classes are outside their ranges
   */
  public static NetworkConfig of(int width, int classes) {
    return new NetworkConfig(width, DEFAULT_DEPTHS, DEFAULT_FACTORS, classes);
  }

  /**
   * The same with other numbers of bottlenecks.
   *
   * @throws IllegalArgumentException if there is not one for each stage, or one is outside its
   *     range
   */
  public NetworkConfig withDepths(List<Integer> newDepths) {
    return new NetworkConfig(width, newDepths, factors, classes);
  }

  public int stages() {
    return depths.size();
  }

  /** Channels of a stage's input and output; stages count from 0. */
  public int channels(int stage) {
    return width << stage;
  }

  /** Height and width of a stage's feature map in pixels; stages count from 0. */
  public int side(int stage) {
    return IMAGE_SIDE >> stage;
  }

  /** The number of trainable values. */
  public int parameterCount() {
    return ParameterLayout.of(this).size();
  }

  /** What a checkpoint says about its network; {@link #fromMetadata} reads it back. */
  public Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("architecture", ARCHITECTURE);
    metadata.put("width", Integer.toString(width));
    metadata.put("depths", join(depths));
    metadata.put("factors", join(factors));
    metadata.put("classes", Integer.toString(classes));
    return metadata;
  }

  /**
   * @throws SafeTensorsException if the metadata names another architecture, or lacks or garbles a
   *     value
   */
  public static NetworkConfig fromMetadata(SafeTensors blob) {
    String architecture = blob.metadata("architecture");
    if (!architecture.equals(ARCHITECTURE)) {
      throw new SafeTensorsException(
          "architecture is '%s', not '%s'".formatted(architecture, ARCHITECTURE));
    }
    try {
      return new NetworkConfig(
          Integer.parseInt(blob.metadata("width")),
          split(blob.metadata("depths")),
          split(blob.metadata("factors")),
          Integer.parseInt(blob.metadata("classes")));
    } catch (SafeTensorsException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException("unusable network metadata: " + e.getMessage(), e);
    }
  }

  private static String join(List<Integer> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static List<Integer> split(String values) {
    return Arrays.stream(values.split(",", -1)).map(Integer::valueOf).toList();
  }
}
