package dev.rivulet.inference.live;

import dev.rivulet.events.EventJson;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pages that are open, and the stream of server-sent events to each; all share what one
 * follower reads.
 *
 * <p>A page that reads slower than events come is cut off. It opens a new stream by itself and
 * begins with a snapshot, so it misses nothing, and nothing piles up here.
 */
final class OpenPages {
  /** Bytes that may wait for a slow page; a moment of a busy stream is about 10 KiB. */
  private static final int MAX_WAITING_BYTES = 384 << 10;

  private static final String STREAM = "text/event-stream";
  private static final String STILL_HERE = ": still here\n\n";

  private final Set<Page> pages = ConcurrentHashMap.newKeySet();
  private final int maxPages;
  private volatile boolean closed;

  OpenPages(int maxPages) {
    this.maxPages = maxPages;
  }

  private record Page(HttpServerResponse response, Context context) {}

  /** Answers {@code GET /live/events}. */
  void open(RoutingContext exchange) {
    HttpServerResponse response = exchange.response();
    if (closed || pages.size() >= maxPages) {
      response.setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "10").end();
      return;
    }
    response
        .setChunked(true)
        .setWriteQueueMaxSize(MAX_WAITING_BYTES)
        .putHeader(HttpHeaders.CONTENT_TYPE, STREAM)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // nginx would hold events back
        .putHeader("X-Accel-Buffering", "no");
    Page page = new Page(response, Vertx.currentContext());
    response.closeHandler(gone -> pages.remove(page));
    response.exceptionHandler(broken -> pages.remove(page));
    pages.add(page);
    response.write("retry: 2000\n\n");
  }

  int count() {
    return pages.size();
  }

  void tell(PipelineView.News news) {
    if (!pages.isEmpty()) {
      String json = new String(EventJson.write(news.content()), StandardCharsets.UTF_8);
      send("event: %s\ndata: %s\n\n".formatted(news.name(), json));
    }
  }

  /** Keeps proxies from closing a quiet stream, and notices who has gone. */
  void tellStillHere() {
    send(STILL_HERE);
  }

  /** Ends all streams; there will be no more. */
  void close() {
    closed = true;
    pages.forEach(page -> page.context.runOnContext(now -> page.response.end()));
    pages.clear();
  }

  private void send(String text) {
    pages.forEach(page -> page.context.runOnContext(now -> write(page, text)));
  }

  private void write(Page page, String text) {
    if (page.response.ended() || page.response.closed()) {
      pages.remove(page);
    } else if (page.response.writeQueueFull()) {
      pages.remove(page);
      page.response.reset();
    } else {
      page.response.write(text);
    }
  }
}
