package dev.rivulet.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BrokerContactTest {
  private final CompletableFuture<BrokerContact> begun = new CompletableFuture<>();
  private final CompletableFuture<Throwable> told = new CompletableFuture<>();

  @Test
  void tellsWhoeverHandlesTheEndOfTheThreadThatBeganToAsk() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      KafkaConnection kafka = KafkaConnection.to("127.0.0.1:" + silent.getLocalPort());
      Thread starting = new Thread(() -> begun.complete(BrokerContact.watch(kafka, this::die)));
      starting.setUncaughtExceptionHandler((thread, why) -> told.complete(why));
      starting.start();
      try (BrokerContact contact = begun.get(30, TimeUnit.SECONDS)) {
        assertThat(told.get(30, TimeUnit.SECONDS)).hasMessageContaining("does not answer");
      }
    }
  }

  private void die(String notice) {
    throw new IllegalStateException(notice);
  }
}
