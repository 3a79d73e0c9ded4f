package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.image.ImageRejectedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * From the bytes of an image file to its classification: decoded in parallel, classified in
 * batches. The topic and REST share it.
 *
 * <p>It takes what it is given; its callers limit how many images are under way.
 */
public final class ImageClassifier implements AutoCloseable {
  private final ImageDecoder decoder;
  private final MicroBatcher batcher;
  private final ExecutorService decoding;

  /** The batcher stays the caller's to close. */
  public ImageClassifier(ImageDecoder decoder, MicroBatcher batcher, int decodeThreads) {
    this.decoder = decoder;
    this.batcher = batcher;
    AtomicInteger named = new AtomicInteger();
    decoding =
        Executors.newFixedThreadPool(
            decodeThreads,
            task -> {
              Thread thread = new Thread(task, "decode-" + named.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @param encoded the bytes of an image file, or raw RGB bytes; may be null
   * @return the answer, or an {@link ImageRejectedException}, or what {@link MicroBatcher#submit}
   *     gives
   * @throws RejectedExecutionException after {@link #close}
   */
  public CompletableFuture<Classification> classify(byte[] encoded) {
    batcher.expect();
    try {
      return CompletableFuture.supplyAsync(() -> submit(decode(encoded)), decoding)
          .thenCompose(answer -> answer);
    } catch (RejectedExecutionException e) {
      batcher.missed();
      throw e;
    }
  }

  private byte[] decode(byte[] encoded) {
    boolean decoded = false;
    try {
      byte[] pixels = decoder.decode(encoded);
      decoded = true;
      return pixels;
    } finally {
      if (!decoded) {
        batcher.missed();
      }
    }
  }

  private CompletableFuture<Classification> submit(byte[] pixels) {
    try {
      return batcher.submitExpected(pixels);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(new ClassifierStoppedException());
    }
  }

  /** Images under way get their answers; new ones are refused. */
  @Override
  public void close() {
    decoding.shutdown();
  }
}
