package dev.rivulet.inference.live;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the small images that were asked for last, and lets few of the pages' questions go to Kafka
 * at once.
 */
final class ImageCache {
  /** 32×32 PNG files of about 3 KB: some MB. */
  private static final int MAX_IMAGES = 1_024;

  /** They are answered one by one, and whoever else asks must not be far behind them. */
  static final int MAX_WAITING = 8;

  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private final Map<String, byte[]> images =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
              return size() > MAX_IMAGES;
            }
          });
  private final Semaphore waiting = new Semaphore(MAX_WAITING);

  /**
   * The image of that name, for one of any number of pages; nothing if there is none, or too many
   * are asked for at once.
   */
  Optional<byte[]> forPage(String name, Supplier<Optional<byte[]>> otherwise)
      throws InterruptedException {
    if (images.containsKey(name)) {
      return get(name, otherwise);
    }
    if (!waiting.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
      return Optional.empty();
    }
    try {
      return get(name, otherwise);
    } finally {
      waiting.release();
    }
  }

  /** The image of that name, for somebody who asks for one at a time; nothing if there is none. */
  Optional<byte[]> get(String name, Supplier<Optional<byte[]>> otherwise) {
    byte[] known = images.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<byte[]> found = otherwise.get();
    found.ifPresent(image -> images.put(name, image));
    return found;
  }
}
