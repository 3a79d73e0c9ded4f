package dev.rivulet.inference.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Gives image events their pictures, because a page's request for each costs its browser more than
 * all else that it does in a flood. On a thread of its own: while pictures cannot be had, the rest
 * of the page goes on.
 */
final class StripPictures implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StripPictures.class);

  /** How long it may look for the pictures of one moment; pages ask for the others. */
  private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();

  private static final long ENDING_SECONDS = 5;

  private final Source source;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "live-pictures");
            made.setDaemon(true);
            return made;
          });

  /** Where pictures come from. */
  interface Source {
    /** An image event as a PNG file; nothing if the topic has it no more. */
    Optional<byte[]> png(int partition, long offset) throws InterruptedException;
  }

  StripPictures(Source source) {
    this.source = source;
  }

  /** Hands the moment on with its pictures, after all that were given before. */
  void add(ImageStrip.Moment moment, Consumer<ImageStrip.Moment> pages) {
    thread.execute(() -> pages.accept(withPictures(moment)));
  }

  @Override
  public void close() throws InterruptedException {
    thread.shutdownNow();
    if (!thread.awaitTermination(ENDING_SECONDS, TimeUnit.SECONDS)) {
      LOG.warn("the live page still looks for a picture; it ends with the process");
    }
  }

  private ImageStrip.Moment withPictures(ImageStrip.Moment moment) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    List<ImageNews> items = new ArrayList<>(moment.items().size());
    for (ImageNews news : moment.items()) {
      items.add(System.nanoTime() - deadline < 0 ? news.with(picture(news)) : news);
    }
    return new ImageStrip.Moment(moment.perSecond(), items);
  }

  private Optional<byte[]> picture(ImageNews news) {
    if (news.partition().isEmpty() || news.offset().isEmpty()) {
      return Optional.empty();
    }
    try {
      return source.png(news.partition().get(), news.offset().get());
    } catch (KafkaException e) {
      LOG.debugf("pages have to ask for the picture of %s: %s", news.id(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }
}
