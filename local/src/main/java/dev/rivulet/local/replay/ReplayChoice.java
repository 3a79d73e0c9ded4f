package dev.rivulet.local.replay;

import java.util.Optional;

/**
 * Which records are sent through again.
 *
 * @param topic they are read from
 * @param reason of the rejections; all if absent
 * @param start where to begin
 * @param key of the images, as text; all if absent
 * @param limit how many at most
 */
public record ReplayChoice(
    String topic, Optional<String> reason, ReplayStart start, Optional<String> key, long limit) {

  /**
   * @param from an offset, offsets by partition or a time, if any
   * @throws IllegalArgumentException if it is none of them, or the limit is no number of images
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
    return new ReplayChoice(
        topic, reason, from.map(ReplayStart::parse).orElse(ReplayStart.BEGINNING), key, limit);
  }
}
