package dev.rivulet.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.local.broker.LoopbackPorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalPortsTest {
  private final List<String> notices = new ArrayList<>();

  @Test
  void takesAnotherPortWhenTheUsualOneIsTaken() throws Exception {
    try (ServerSocket taken = listening()) {
      int usual = taken.getLocalPort();
      int chosen = LocalPorts.choose("--port", Optional.empty(), usual, notices::add);

      assertThat(chosen).isNotEqualTo(usual);
      assertThat(LoopbackPorts.isFree(chosen)).isTrue();
      assertThat(notices)
          .containsExactly("port %d is in use, %d is taken instead".formatted(usual, chosen));
    }
  }

  @Test
  void takesTheUsualPortWhenItIsFree() {
    int usual = LoopbackPorts.anyFree();

    assertThat(LocalPorts.choose("--port", Optional.empty(), usual, notices::add)).isEqualTo(usual);
    assertThat(notices).isEmpty();
  }

  @Test
  void insistsOnAWantedPort() throws Exception {
    try (ServerSocket taken = listening()) {
      assertThatThrownBy(
              () ->
                  LocalPorts.choose(
                      Optional.empty(), Optional.of(taken.getLocalPort()), notices::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("port %d of 127.0.0.1 is in use", taken.getLocalPort());
    }
  }

  @Test
  void refusesWhatIsNoPort() {
    assertThatThrownBy(() -> LocalPorts.choose(Optional.of(70_000), Optional.empty(), notices::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("port 70000");
  }

  @Test
  void hasTheSameAddressesInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    try {
      LocalPorts ports = new LocalPorts(9092, 8080, 8082, 8081);

      assertThat("%d".formatted(1)).isEqualTo("۱");
      assertThat(ports.bootstrap()).isEqualTo("127.0.0.1:9092");
      assertThat(ports.trainerUrl()).isEqualTo("http://127.0.0.1:8082");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static ServerSocket listening() throws Exception {
    return new ServerSocket(0, 1, InetAddress.getByName(LoopbackPorts.HOST));
  }
}
