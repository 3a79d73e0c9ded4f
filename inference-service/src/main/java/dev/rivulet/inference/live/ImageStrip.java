package dev.rivulet.inference.live;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * The latest image events: all of them while they are few, some of each moment's while they are
 * many, so that a flood costs no more than a stream. Not thread-safe.
 */
final class ImageStrip {
  /** How many the page shows. */
  static final int LENGTH = 24;

  private static final Logger LOG = Logger.getLogger(ImageStrip.class);

  /** How often pages hear of image events, at most: each time, they draw the whole strip. */
  private static final long PAUSE_NANOS = 1_000_000_000;

  /** Of a lasting flood, how many of a second are shown; a short one is shown in full. */
  private static final double PER_SECOND = 2;

  private static final double NANOS = 1e9;

  private static final Comparator<ConsumerRecord<byte[], byte[]>> OLDEST_FIRST =
      Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
          .thenComparing(ConsumerRecord::topic)
          .thenComparing(ConsumerRecord::partition)
          .thenComparing(ConsumerRecord::offset);

  private final Topics topics;
  // the topics have several partitions, each with an order of its own
  private final PriorityQueue<ConsumerRecord<byte[], byte[]>> waiting =
      new PriorityQueue<>(OLDEST_FIRST);
  private final Deque<ImageNews> latest = new ArrayDeque<>();
  private double allowance = LENGTH;
  private long countedAtNanos;
  private long toldAtNanos;
  private int came;

  ImageStrip(Topics topics, long nowNanos) {
    this.topics = topics;
    this.countedAtNanos = nowNanos;
    this.toldAtNanos = nowNanos - PAUSE_NANOS;
  }

  /**
   * Some moment's image events.
   *
   * @param perSecond how many came, shown or not
   * @param items those to show, oldest first
   */
  record Moment(double perSecond, List<ImageNews> items) {}

  /** Takes in a prediction or a rejection; of many, the newest are kept. */
  void add(ConsumerRecord<byte[], byte[]> outcome) {
    came++;
    waiting.add(outcome.topic().equals(topics.imagesRejected()) ? withoutImage(outcome) : outcome);
    if (waiting.size() > LENGTH) {
      waiting.remove();
    }
  }

  /** Its headers tell all that is shown; two dozen images of 16 MiB must not wait here. */
  private static ConsumerRecord<byte[], byte[]> withoutImage(
      ConsumerRecord<byte[], byte[]> rejection) {
    return new ConsumerRecord<>(
        rejection.topic(),
        rejection.partition(),
        rejection.offset(),
        rejection.timestamp(),
        rejection.timestampType(),
        0,
        0,
        null,
        null,
        rejection.headers(),
        Optional.empty());
  }

  /** What came since the last moment, or nothing if nothing came or that moment is too near. */
  Optional<Moment> next(long nowNanos) {
    if (came > 0 && nowNanos - toldAtNanos < PAUSE_NANOS) {
      return Optional.empty();
    }
    double seconds = Math.max(1e-3, (nowNanos - countedAtNanos) / NANOS);
    allowance = Math.min(LENGTH, allowance + seconds * PER_SECOND);
    countedAtNanos = nowNanos;
    if (came == 0) {
      return Optional.empty();
    }
    toldAtNanos = nowNanos;
    double perSecond = came / seconds;
    came = 0;
    while (waiting.size() > Math.max(1, (int) allowance)) {
      waiting.remove();
    }
    List<ImageNews> items = new ArrayList<>(waiting.size());
    while (!waiting.isEmpty()) {
      read(waiting.remove()).ifPresent(items::add);
    }
    allowance = Math.max(0, allowance - items.size());
    items.forEach(this::keep);
    return Optional.of(new Moment(perSecond, items));
  }

  /** The last ones that were shown, oldest first. */
  List<ImageNews> latest() {
    return List.copyOf(latest);
  }

  private void keep(ImageNews news) {
    latest.addLast(news);
    if (latest.size() > LENGTH) {
      latest.removeFirst();
    }
  }

  private Optional<ImageNews> read(ConsumerRecord<byte[], byte[]> outcome) {
    try {
      return Optional.of(
          outcome.topic().equals(topics.predictions())
              ? ImageNews.predicted(outcome, topics.images())
              : ImageNews.rejected(outcome));
    } catch (EventFormatException e) {
      LOG.debugf(
          "%s offset %d is not shown: %s", outcome.topic(), outcome.offset(), e.getMessage());
      return Optional.empty();
    }
  }
}
