package dev.rivulet.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.progress.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivePageTest {
  @TempDir Path programs;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void sitAtADesktop() throws IOException {
    Path opener = Files.writeString(programs.resolve("xdg-open"), "#!/bin/sh\n");
    assertThat(opener.toFile().setExecutable(true)).isTrue();
    environment.put("PATH", "/nowhere:" + programs);
    environment.put("WAYLAND_DISPLAY", "wayland-0");
  }

  @Test
  void opensOnADesktop() {
    assertThat(opens(true)).isTrue();
    environment.remove("WAYLAND_DISPLAY");
    environment.put("DISPLAY", ":0");
    assertThat(opens(true)).isTrue();
  }

  @Test
  void doesNotOpenInAPipe() {
    assertThat(opens(false)).isFalse();
  }

  @Test
  void doesNotOpenWithoutADesktop() {
    environment.remove("WAYLAND_DISPLAY");
    assertThat(opens(true)).isFalse();
    environment.put("DISPLAY", "");
    assertThat(opens(true)).isFalse();
  }

  @Test
  void doesNotOpenWithoutAProgramThatCould() {
    environment.put("PATH", "/nowhere");
    assertThat(opens(true)).isFalse();
    environment.remove("PATH");
    assertThat(opens(true)).isFalse();
  }

  private boolean opens(boolean interactive) {
    return new LivePage(environment).opener(terminal(interactive)).isPresent();
  }

  private static Terminal terminal(boolean interactive) {
    return new Terminal(System.out, System.err, interactive, false, true, 100);
  }
}
