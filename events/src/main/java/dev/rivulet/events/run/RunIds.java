package dev.rivulet.events.run;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Makes run ids: the time of the request in UTC, and four hexadecimal digits against twins. */
public final class RunIds {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  private RunIds() {}

  /** For instance {@code 20260131-174502-9f3c}: sorts by time, names the run's folders. */
  public static String next(Instant now) {
    return "%s-%04x".formatted(TIMESTAMP.format(now), RANDOM.nextInt(1 << 16));
  }
}
