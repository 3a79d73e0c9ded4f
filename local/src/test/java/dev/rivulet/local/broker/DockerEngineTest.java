package dev.rivulet.local.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {
  @TempDir Path folder;

  @Test
  void isThereWhenItAnswersAPing() throws Exception {
    assertThat(answersTo("HTTP/1.0 200 OK\r\n\r\nOK")).isTrue();
  }

  @Test
  void isNotThereWhenItRefuses() throws Exception {
    assertThat(answersTo("HTTP/1.0 503 Service Unavailable\r\n\r\n")).isFalse();
  }

  @Test
  void isNotThereWithoutItsSocket() {
    assertThat(DockerEngine.answers(Optional.of("unix://" + folder.resolve("none.sock"))))
        .isFalse();
  }

  @Test
  void isNotThereWhenNobodyListensOnItsPort() {
    assertThat(DockerEngine.answers(Optional.of("tcp://127.0.0.1:" + LoopbackPorts.anyFree())))
        .isFalse();
  }

  private boolean answersTo(String answer) throws Exception {
    Path socket = folder.resolve("docker.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture<Void> engine = CompletableFuture.runAsync(() -> serve(server, answer));
      boolean answers = DockerEngine.answers(Optional.of("unix://" + socket));
      engine.get();
      return answers;
    }
  }

  private static void serve(ServerSocketChannel server, String answer) {
    try (SocketChannel client = server.accept()) {
      client.read(ByteBuffer.allocate(200));
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
