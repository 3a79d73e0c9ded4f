package dev.rivulet.local.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds TCP ports on the loopback interface that nobody listens on. */
public final class LoopbackPorts {
  public static final String HOST = "127.0.0.1";

  private static final int MAX_PORT = 65_535;
  private static final int FIRST_OWN_PORT = 16_384;

  /** The default lower end of ip_local_port_range. */
  private static final int FIRST_OUTGOING_PORT = 32_768;

  private static final int ATTEMPTS = 200;

  private LoopbackPorts() {}

  /**
   * A port that was free a moment ago, below those that Linux gives to outgoing connections: one of
   * these could take it before the server that it is for listens, or while that server restarts.
   *
   * @throws IllegalStateException if none is found
   */
  public static int anyFree() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_OWN_PORT, FIRST_OUTGOING_PORT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port on %s from %d to %d; end something that listens there"
            .formatted(HOST, FIRST_OWN_PORT, FIRST_OUTGOING_PORT - 1));
  }

  /** Whether somebody listens on the port and accepts connections. */
  public static boolean answers(int port) {
    try (Socket socket = new Socket(HOST, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether a server could listen on the port now.
   *
   * @param port 1 to 65,535
   * @throws IllegalArgumentException if it is no port
   */
  public static boolean isFree(int port) {
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "port %d: choose a number from 1 to %d".formatted(port, MAX_PORT));
    }
    try (ServerSocket socket = new ServerSocket()) {
      // as servers do: a connection that is still closing does not count
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(HOST, port));
      return true;
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " cannot be tried", e);
    }
  }
}
