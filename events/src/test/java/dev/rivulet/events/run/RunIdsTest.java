package dev.rivulet.events.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunIdsTest {
  @Test
  void sortsByTimeAndKeepsTwinsApart() {
    Instant now = Instant.parse("2026-01-31T17:45:02.9Z");
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      ids.add(RunIds.next(now));
    }

    assertThat(ids).allMatch(id -> id.matches("20260131-174502-[0-9a-f]{4}"));
    // twenty out of 65,536: all the same in one of 10^90 cases
    assertThat(ids).hasSizeGreaterThan(1);
    assertThat(RunIds.next(now.plusSeconds(1))).isGreaterThan(RunIds.next(now));
  }
}
