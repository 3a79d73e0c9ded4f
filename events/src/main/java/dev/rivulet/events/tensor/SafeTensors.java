package dev.rivulet.events.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A set of named tensors with string metadata, in the <a
 * href="https://github.com/huggingface/safetensors#format">safetensors</a> format: eight bytes of
 * header length, a JSON header, the tensors' bytes one after the other.
 *
 * <p>Reading checks every length and offset against the bytes that are there, so a hostile blob
 * yields a {@link SafeTensorsException} and costs no more memory than its own size.
 */
public final class SafeTensors {
  /** Longest header that is read; the reference implementation allows 100 MB. */
  public static final int MAX_HEADER_BYTES = 4 << 20;

  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;
  private static final int LENGTH_BYTES = 8;

  // far more than a network has, few enough that a hostile header cannot grow into a large tree
  private static final int MAX_TENSORS = 4_096;
  private static final long MAX_HEADER_TOKENS = 1 << 17;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(4)
                          .maxStringLength(MAX_HEADER_BYTES)
                          .maxTokenCount(MAX_HEADER_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  private SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * @throws SafeTensorsException if two tensors have the same name, or there are more than 4,096
   */
  public static SafeTensors of(Collection<Tensor> tensors, Map<String, String> metadata) {
    if (tensors.size() > MAX_TENSORS) {
      throw new SafeTensorsException(
          "%d tensors; %d at most".formatted(tensors.size(), MAX_TENSORS));
    }
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      if (byName.put(tensor.name(), tensor) != null || tensor.name().equals(METADATA)) {
        throw new SafeTensorsException("tensor name " + tensor.name() + " is taken");
      }
    }
    return new SafeTensors(byName, new LinkedHashMap<>(metadata));
  }

  /**
   * Reads a blob; the tensors are views of it, not copies.
   *
   * @throws SafeTensorsException if the blob breaks the format
   */
  public static SafeTensors read(byte[] blob) {
    return read(ByteBuffer.wrap(blob));
  }

  /**
   * Reads the remaining bytes of a blob; the tensors are views of it, not copies.
   *
   * @throws SafeTensorsException if the blob breaks the format
   */
  public static SafeTensors read(ByteBuffer blob) {
    ByteBuffer bytes = blob.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < LENGTH_BYTES) {
      throw new SafeTensorsException(
          "not safetensors: %d bytes hold no header".formatted(bytes.remaining()));
    }
    long headerBytes = bytes.getLong();
    if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes > bytes.remaining()) {
      throw new SafeTensorsException(
          "not safetensors: a header of %d bytes in a blob of %d"
              .formatted(headerBytes, bytes.limit()));
    }
    byte[] header = new byte[(int) headerBytes];
    bytes.get(header);
    ObjectNode root = parse(header);
    Map<String, String> metadata = readMetadata(root.remove(METADATA));
    return new SafeTensors(readTensors(root, bytes.slice()), metadata);
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors in the order of their bytes. */
  public Collection<Tensor> tensors() {
    return tensors.values();
  }

  /**
   * @throws SafeTensorsException if there is no tensor of that name
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new SafeTensorsException(
          "no tensor %s among %d: %s"
              .formatted(name, tensors.size(), tensors.keySet().stream().limit(5).toList()));
    }
    return tensor;
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * @throws SafeTensorsException if the metadata lacks that key
   */
  public String metadata(String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new SafeTensorsException("no metadata " + key);
    }
    return value;
  }

  /**
   * @throws SafeTensorsException if the metadata lacks that key or its value is no whole number
   */
  public long metadataLong(String key) {
    try {
      return Long.parseLong(metadata(key));
    } catch (NumberFormatException e) {
      throw new SafeTensorsException("metadata %s is no whole number".formatted(key), e);
    }
  }

  /**
   * The blob: the bytes depend on the tensors and the metadata (and their order) alone.
   *
   * @throws SafeTensorsException if it would be larger than 2 GiB, or its header than {@link
   *     #MAX_HEADER_BYTES}
   */
  public byte[] toBytes() {
    byte[] header = header();
    long dataBytes = tensors.values().stream().mapToLong(t -> t.data().remaining()).sum();
    long blobBytes = LENGTH_BYTES + header.length + dataBytes;
    if (header.length > MAX_HEADER_BYTES || blobBytes > Integer.MAX_VALUE) {
      throw new SafeTensorsException(
          "%d bytes with a header of %d are too large".formatted(blobBytes, header.length));
    }
    ByteBuffer blob = ByteBuffer.allocate((int) blobBytes).order(ByteOrder.LITTLE_ENDIAN);
    blob.putLong(header.length).put(header);
    for (Tensor tensor : tensors.values()) {
      blob.put(tensor.data());
    }
    return blob.array();
  }

  private byte[] header() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = root.putObject(METADATA);
      metadata.forEach(node::put);
    }
    long offset = 0;
    for (Tensor tensor : tensors.values()) {
      ObjectNode node = root.putObject(tensor.name()).put("dtype", tensor.type().name());
      ArrayNode shape = node.putArray("shape");
      tensor.shape().forEach(shape::add);
      long end = offset + tensor.data().remaining();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json;
    try {
      json = JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new SafeTensorsException("the header cannot be written", e);
    }
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = Arrays.copyOf(json, padded);
    Arrays.fill(header, json.length, padded, (byte) ' ');
    return header;
  }

  private static ObjectNode parse(byte[] header) {
    try {
      if (header[0] == '{' && JSON.readTree(header) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw new SafeTensorsException("not safetensors: the header is not JSON", e);
    }
    throw new SafeTensorsException("not safetensors: the header is no JSON object");
  }

  private static Map<String, String> readMetadata(JsonNode node) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (node == null) {
      return metadata;
    }
    if (!node.isObject()) {
      throw new SafeTensorsException(METADATA + " is no JSON object");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new SafeTensorsException("metadata %s is no text".formatted(entry.getKey()));
      }
      metadata.put(entry.getKey(), entry.getValue().textValue());
    }
    return metadata;
  }

  private static Map<String, Tensor> readTensors(ObjectNode root, ByteBuffer data) {
    List<HeaderEntry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      entries.add(HeaderEntry.of(field.getKey(), field.getValue()));
    }
    entries.sort(Comparator.comparingLong(HeaderEntry::begin).thenComparingLong(HeaderEntry::end));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long expected = 0;
    for (HeaderEntry entry : entries) {
      if (entry.begin() != expected || entry.end() < entry.begin() || entry.end() > data.limit()) {
        throw new SafeTensorsException(
            "tensor %s: bytes %d to %d leave a hole, overlap or overrun the %d that are there"
                .formatted(entry.name(), entry.begin(), entry.end(), data.limit()));
      }
      ByteBuffer slice = data.slice((int) entry.begin(), (int) (entry.end() - entry.begin()));
      tensors.put(entry.name(), new Tensor(entry.name(), entry.type(), entry.shape(), slice));
      expected = entry.end();
    }
    if (expected != data.limit()) {
      throw new SafeTensorsException(
          "%d bytes after the last tensor".formatted(data.limit() - expected));
    }
    return tensors;
  }
}
