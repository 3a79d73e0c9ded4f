package dev.rivulet.events;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/**
 * The record headers: routing facts that a reader needs before it opens the value, as UTF-8 text.
 */
public final class Headers {
  public static final String RUN = "run";

  /** Which attempt at the run: see {@code TrainingRun.attempt}. */
  public static final String ATTEMPT = "attempt";

  public static final String EPOCH = "epoch";

  /** Zero-based index of a batch within its epoch. */
  public static final String BATCH = "batch";

  /** Zero-based index of a record within its batch. */
  public static final String PART = "part";

  /** How many records carry this batch. */
  public static final String PARTS = "parts";

  /** On a rejected image: the reason as a short label, for machines. */
  public static final String REASON = "reason";

  /** On a rejected image: what is wrong and what to do, for people. */
  public static final String ERROR = "error";

  /** On a rejected image: topic/partition/offset of the image event. */
  public static final String SOURCE = "source";

  /** On an image that was sent through again: topic/partition/offset of what it was made of. */
  public static final String REPLAYED_FROM = "replayed-from";

  private Headers() {}

  public static org.apache.kafka.common.header.Headers put(
      org.apache.kafka.common.header.Headers headers, String name, Object value) {
    return headers.add(name, value.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws EventFormatException if there is no such header
   */
  public static String text(org.apache.kafka.common.header.Headers headers, String name) {
    return find(headers, name).orElseThrow(() -> new EventFormatException("no header " + name));
  }

  /** Nothing if there is no such header or it has no value. */
  public static Optional<String> find(org.apache.kafka.common.header.Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /**
   * @throws EventFormatException if there is no such header or it is no whole number
   */
  public static int number(org.apache.kafka.common.header.Headers headers, String name) {
    try {
      return Integer.parseInt(text(headers, name));
    } catch (NumberFormatException e) {
      throw new EventFormatException("header " + name + " is no whole number", e);
    }
  }
}
