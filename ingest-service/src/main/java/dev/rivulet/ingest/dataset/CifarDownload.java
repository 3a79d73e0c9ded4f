package dev.rivulet.ingest.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Downloads the official binary version of CIFAR-10 (162 MiB) once into a folder, continuing an
 * interrupted download, and keeps it only if its checksum is right.
 */
public final class CifarDownload {
  public static final URI OFFICIAL =
      URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  public static final String FILE_NAME = "cifar-10-binary.tar.gz";

  /** As published on the data set's page. */
  static final String OFFICIAL_MD5 = "c32a1d4ab5d03f1284b67883e8d87530";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 4;
  private static final long SPARE_BYTES = 16 << 20;

  private final URI uri;
  private final String md5;
  private final Duration stallTimeout;

  /** From the data set's official page. */
  public CifarDownload() {
    this(OFFICIAL);
  }

  /**
   * @param uri of a mirror that serves the very same file
   */
  public CifarDownload(URI uri) {
    this(uri, OFFICIAL_MD5, Duration.ofSeconds(30));
  }

  CifarDownload(URI uri, String md5, Duration stallTimeout) {
    this.uri = uri;
    this.md5 = md5;
    this.stallTimeout = stallTimeout;
  }

  /** A failure that another attempt may cure, continuing where this one stopped. */
  private static final class Interrupted extends IOException {
    private static final long serialVersionUID = 1L;

    Interrupted(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The archive in the folder, downloaded if it is not there yet.
   *
   * @param progress is told bytes and total bytes
   * @throws DatasetException if it cannot be had; what has arrived stays for the next call, unless
   *     its checksum is wrong
   */
  public Path fetch(Path folder, Progress progress) throws InterruptedException {
    Path target = folder.resolve(FILE_NAME).toAbsolutePath();
    if (Files.exists(target)) {
      return target;
    }
    try (PartialFile part = PartialFile.of(target)) {
      if (!Files.exists(target)) {
        download(part, progress);
        checkAndFinish(part);
      }
      return target;
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw failed("cannot be reached (%s)".formatted(describe(e)), folder, e);
    } catch (IOException e) {
      throw failed("could not be downloaded (%s)".formatted(describe(e)), folder, e);
    }
  }

  private DatasetException failed(String what, Path folder, Throwable cause) {
    return new DatasetException(
        "%s %s; try again, or put the file into %s yourself, or use the data set shapes"
            .formatted(uri, what, folder),
        cause);
  }

  private void download(PartialFile part, Progress progress)
      throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .proxy(ProxySelector.getDefault())
            .build();
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(client, part, progress);
        return;
      } catch (Interrupted e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(200L * attempt);
      }
    }
  }

  private void attempt(HttpClient client, PartialFile part, Progress progress)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
    if (part.size() > 0) {
      request.header("Range", "bytes=" + part.size() + "-");
      part.validator().ifPresent(validator -> request.header("If-Range", validator));
    }
    AtomicLong receivedBytes = new AtomicLong();
    CompletableFuture<HttpResponse<Void>> response =
        client.sendAsync(request.build(), info -> receiver(info, part, receivedBytes, progress));
    long before = -1;
    while (true) {
      try {
        response.get(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        if (receivedBytes.get() == before || before < 0 && receivedBytes.get() == 0) {
          response.cancel(true);
          throw new Interrupted("no data for %d s".formatted(stallTimeout.toSeconds()), e);
        }
        before = receivedBytes.get();
      } catch (InterruptedException e) {
        response.cancel(true);
        throw e;
      } catch (ExecutionException e) {
        throw cause(e);
      }
    }
  }

  /** Decides by status and headers whether the body continues the file, begins it, or is none. */
  private BodySubscriber<Void> receiver(
      ResponseInfo info, PartialFile part, AtomicLong receivedBytes, Progress progress) {
    try {
      long size = part.size();
      if (info.statusCode() == 206 && continues(info, size)) {
        return appender(info, part, receivedBytes, progress);
      }
      if (info.statusCode() == 200) {
        part.restart(validator(info));
        return appender(info, part, receivedBytes, progress);
      }
      if (info.statusCode() == 416 && header(info, "Content-Range").equals("bytes */" + size)) {
        return BodySubscribers.replacing(null);
      }
      if (info.statusCode() == 206 || info.statusCode() == 416) {
        part.restart(Optional.empty());
        throw new Interrupted("the server does not continue where asked to", null);
      }
      String answer = "the server answered with status " + info.statusCode();
      throw info.statusCode() >= 500 ? new Interrupted(answer, null) : new IOException(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BodySubscriber<Void> appender(
      ResponseInfo info, PartialFile part, AtomicLong receivedBytes, Progress progress)
      throws IOException {
    long missing = info.headers().firstValueAsLong("Content-Length").orElse(0);
    if (missing + SPARE_BYTES > part.freeBytes()) {
      throw new IOException(
          "%d MB are needed on the disk, %d MB are free"
              .formatted(missing / 1_000_000, part.freeBytes() / 1_000_000));
    }
    long total = missing > 0 ? part.size() + missing : -1;
    return BodySubscribers.ofByteArrayConsumer(
        chunk -> {
          if (chunk.isPresent()) {
            try {
              part.append(chunk.get());
              receivedBytes.addAndGet(chunk.get().length);
              progress.update(part.size(), total);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  private void checkAndFinish(PartialFile part) throws IOException {
    String actual = part.md5();
    if (!actual.equals(md5)) {
      part.restart(Optional.empty());
      throw new IOException(
          "its checksum is %s, not %s; what arrived was discarded".formatted(actual, md5));
    }
    part.finish();
  }

  private static boolean continues(ResponseInfo info, long size) {
    return header(info, "Content-Range").startsWith("bytes " + size + "-");
  }

  private static Optional<String> validator(ResponseInfo info) {
    // a weak tag does not promise the same bytes
    return info.headers()
        .firstValue("ETag")
        .filter(tag -> !tag.startsWith("W/"))
        .or(() -> info.headers().firstValue("Last-Modified"));
  }

  private static String header(ResponseInfo info, String name) {
    return info.headers().firstValue(name).orElse("");
  }

  private static IOException cause(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof UncheckedIOException unchecked) {
      return unchecked.getCause();
    }
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return (IOException) cause;
    }
    return cause instanceof IOException cut
        ? new Interrupted("the connection broke: " + describe(cut), cut)
        : new IOException(cause);
  }

  private static String describe(Throwable e) {
    if (e.getMessage() != null) {
      return e.getMessage().replaceAll("\\s+", " ");
    }
    // the HTTP client reports an unknown host without a word
    return e instanceof ConnectException ? "no connection" : e.getClass().getSimpleName();
  }
}
