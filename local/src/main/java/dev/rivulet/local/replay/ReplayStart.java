package dev.rivulet.local.replay;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a replay begins to read.
 *
 * @param time not before this time; null if it does not matter
 * @param offset in every partition that {@code offsets} does not name
 * @param offsets by partition
 */
record ReplayStart(Instant time, long offset, Map<Integer, Long> offsets) {
  static final ReplayStart BEGINNING = new ReplayStart(null, 0, Map.of());

  private static final String OFFSET = "\\d{1,18}";
  private static final String PLACES = "\\d{1,9}:" + OFFSET + "(,\\d{1,9}:" + OFFSET + ")*";

  /**
   * @param text an offset for all partitions, {@code PARTITION:OFFSET,…}, or a time
   * @throws IllegalArgumentException if it is none of them
   */
  static ReplayStart parse(String text) {
    if (text.matches(OFFSET)) {
      return new ReplayStart(null, Long.parseLong(text), Map.of());
    }
    if (text.matches(PLACES)) {
      Map<Integer, Long> offsets = new TreeMap<>();
      for (String place : text.split(",")) {
        String[] parts = place.split(":");
        offsets.put(Integer.valueOf(parts[0]), Long.valueOf(parts[1]));
      }
      return at(offsets);
    }
    try {
      return new ReplayStart(Instant.parse(text), 0, Map.of());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "--from %s: name an offset like 1200, places like 0:1200,1:1180, or a time like 2026-01-31T17:45:02Z"
              .formatted(text),
          e);
    }
  }

  static ReplayStart at(Map<Integer, Long> offsets) {
    return new ReplayStart(null, 0, offsets);
  }

  /** The first offset to read of a partition; nothing if the time decides. */
  OptionalLong first(int partition) {
    return time == null
        ? OptionalLong.of(offsets.getOrDefault(partition, offset))
        : OptionalLong.empty();
  }

  /** As {@link #parse} reads offsets by partition. */
  static String text(Map<Integer, Long> offsets) {
    return new TreeMap<>(offsets)
        .entrySet().stream()
            .map(place -> place.getKey() + ":" + place.getValue())
            .collect(Collectors.joining(","));
  }
}
