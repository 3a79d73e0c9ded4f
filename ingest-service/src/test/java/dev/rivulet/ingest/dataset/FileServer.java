package dev.rivulet.ingest.dataset;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves one file on the loopback interface, in ways that a test chooses. */
final class FileServer implements AutoCloseable {
  private final byte[] file;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  volatile int status = 200;
  volatile boolean honoursRanges = true;
  volatile String entityTag = "\"one\"";
  volatile int cutAfterBytes = Integer.MAX_VALUE;
  volatile int stallAfterBytes = Integer.MAX_VALUE;
  volatile long announcedBytes = -1;

  FileServer(byte[] file) throws IOException {
    this.file = file;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:%d/file".formatted(server.getAddress().getPort()));
  }

  /** The Range headers of all requests so far, "none" for those without. */
  List<String> ranges() {
    return ranges;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "none" : range);
    if (status != 200) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
    boolean same = ifRange == null || ifRange.equals(entityTag);
    int from = 0;
    exchange.getResponseHeaders().set("ETag", entityTag);
    if (range != null && honoursRanges && same) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
      if (from >= file.length) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + file.length);
        exchange.sendResponseHeaders(416, -1);
        exchange.close();
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, file.length - 1, file.length));
    }
    send(exchange, from);
  }

  private void send(HttpExchange exchange, int from) throws IOException {
    int length = file.length - from;
    exchange.sendResponseHeaders(
        from > 0 ? 206 : 200, announcedBytes > 0 ? announcedBytes : length);
    int sent = Math.min(length, Math.min(cutAfterBytes, stallAfterBytes));
    exchange.getResponseBody().write(file, from, sent);
    exchange.getResponseBody().flush();
    if (stallAfterBytes < length) {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.close();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
