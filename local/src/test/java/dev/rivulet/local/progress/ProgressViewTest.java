package dev.rivulet.local.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(results, true, StandardCharsets.UTF_8);
  private final SettableClock clock = new SettableClock();

  @Test
  void writesAPlainLineEveryTenSeconds() {
    ProgressView view = new ProgressView(plain(), clock);
    for (int second = 0; second <= 25; second++) {
      view.show(Sample.training(1_000 * second), List.of());
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(lines()).hasSize(3).allMatch(line -> line.startsWith("epoch 2/10"));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\r", "\u001b");
  }

  @Test
  void redrawsOneLineOnATerminal() {
    ProgressView view = new ProgressView(terminal(Map.of()), clock);
    view.show(Sample.training(1_000), List.of());
    view.show(Sample.training(2_000), List.of());
    view.completed(Sample.epoch(2));

    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text.split("\r\u001b\\[K")).hasSize(4);
    assertThat(text.lines().filter(line -> line.contains("done: train loss 1.5000"))).hasSize(1);
    assertThat(text).endsWith(System.lineSeparator());
  }

  @Test
  void keepsStandardOutputForTheResult() {
    for (Terminal terminal : List.of(plain(), terminal(Map.of()))) {
      ProgressView view = new ProgressView(terminal, clock);
      view.line("starting");
      view.show(Sample.training(1_000), List.of());
      view.warning("careful");
      view.completed(Sample.epoch(2));
      view.result("the result");
    }

    assertThat(results.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("the result", "the result");
    assertThat(lines()).doesNotContain("the result").contains("starting", "careful");
  }

  @Test
  void redrawsNothingOnATerminalThatCannot() {
    Map<String, String> dumb = Map.of("RIVULET_TERMINAL", "true", "TERM", "dumb");
    ProgressView view =
        new ProgressView(Terminal.of(out, err, StandardCharsets.UTF_8, dumb), clock);
    view.show(Sample.training(1_000), List.of());
    view.warning("careful");

    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\r", "\u001b");
  }

  @Test
  void coloursWarningsOnATerminalOnly() {
    new ProgressView(terminal(Map.of()), clock).warning("careful");
    new ProgressView(terminal(Map.of("NO_COLOR", "1")), clock).warning("careful");
    new ProgressView(plain(), clock).warning("careful");

    assertThat(lines()).containsExactly("\u001b[33mcareful\u001b[0m", "careful", "careful");
  }

  @Test
  void leavesTheTerminalToItselfWhateverNamesHold() {
    String name = "a\u001b[2Jb\nc\u009bd\u0007ü";
    ProgressView view = new ProgressView(terminal(Map.of()), clock);
    view.line(name);
    view.warning(name);
    view.result("table\n\t" + name);

    String plain = "a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFDü";
    assertThat(lines()).containsExactly(plain, "\u001b[33m" + plain + "\u001b[0m");
    assertThat(results.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("table", "\ta\uFFFD[2Jb", "c\uFFFDd\uFFFDü");
  }

  @Test
  void writesJsonInUtf8WhateverTheLocale() {
    PrintStream ascii = new PrintStream(results, true, StandardCharsets.US_ASCII);
    Terminal terminal = Terminal.of(ascii, err, StandardCharsets.US_ASCII, Map.of());
    terminal.print("Hündchen");
    new ProgressView(terminal, clock).jsonResult("[\"Hündchen\"]");

    assertThat(results.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("H?ndchen", "[\"Hündchen\"]");
  }

  private Terminal plain() {
    return Terminal.of(out, err, StandardCharsets.UTF_8, Map.of());
  }

  private Terminal terminal(Map<String, String> more) {
    Map<String, String> environment = new java.util.HashMap<>(more);
    environment.put("RIVULET_TERMINAL", "true");
    environment.put("TERM", "xterm");
    return Terminal.of(out, err, StandardCharsets.UTF_8, environment);
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static final class SettableClock extends Clock {
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    void advance(Duration step) {
      now = now.plus(step);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
