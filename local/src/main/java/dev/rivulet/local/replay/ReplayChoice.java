package dev.rivulet.local.replay;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which records are sent through again.
 *
 * @param topic they are read from
 * @param reason of the rejections; all if absent
 * @param offset to begin with in every partition
 * @param time to begin with
 * @param key of the images, as text; all if absent
 * @param limit how many at most
 */
public record ReplayChoice(
    String topic,
    Optional<String> reason,
    OptionalLong offset,
    Optional<Instant> time,
    Optional<String> key,
    long limit) {

  /**
   * @param from an offset or a time, if any
   * @throws IllegalArgumentException if it is neither, or the limit is no number of images
   */
  public static ReplayChoice of(
      String topic,
      Optional<String> reason,
      Optional<String> from,
      Optional<String> key,
      long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit %d: choose 1 or more".formatted(limit));
    }
    boolean counted = from.filter(text -> text.matches("\\d{1,18}")).isPresent();
    return new ReplayChoice(
        topic,
        reason,
        counted ? OptionalLong.of(Long.parseLong(from.get())) : OptionalLong.empty(),
        counted ? Optional.empty() : from.map(ReplayChoice::instant),
        key,
        limit);
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "--from %s: name an offset like 1200, or a time like 2026-01-31T17:45:02Z"
              .formatted(text),
          e);
    }
  }
}
