package dev.rivulet.local.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the Docker engine, if there is one, whether it is well; takes a second at most. */
final class DockerEngine {
  private static final String DEFAULT_SOCKET = "/var/run/docker.sock";
  private static final int ANSWER_BYTES = 12;
  private static final long PATIENCE_MILLIS = 1_000;

  private DockerEngine() {}

  static boolean answers() {
    return answers(Optional.ofNullable(System.getenv("DOCKER_HOST")));
  }

  /**
   * @param dockerHost as in the environment variable {@code DOCKER_HOST}; if absent, the usual
   *     socket
   */
  static boolean answers(Optional<String> dockerHost) {
    URI uri = URI.create(dockerHost.orElse("unix://" + DEFAULT_SOCKET));
    CompletableFuture<Boolean> ping = CompletableFuture.supplyAsync(() -> ping(uri));
    try {
      return ping.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot ask the Docker engine at " + uri, e.getCause());
    }
  }

  private static boolean ping(URI uri) {
    if ("unix".equals(uri.getScheme()) && !Files.exists(Path.of(uri.getPath()))) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(address(uri))) {
      channel.write(
          ByteBuffer.wrap(
              "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      byte[] answer = Channels.newInputStream(channel).readNBytes(ANSWER_BYTES);
      return new String(answer, StandardCharsets.US_ASCII).matches("HTTP/1\\.[01] 200");
    } catch (IOException e) {
      // refused, not permitted, or no such host: nothing that a test could use
      return false;
    }
  }

  private static SocketAddress address(URI uri) {
    return "unix".equals(uri.getScheme())
        ? UnixDomainSocketAddress.of(uri.getPath())
        : new InetSocketAddress(uri.getHost(), uri.getPort());
  }
}
