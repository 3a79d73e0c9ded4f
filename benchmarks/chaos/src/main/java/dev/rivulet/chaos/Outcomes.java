package dev.rivulet.chaos;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.prediction.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a read_committed reader sees of the images' outcomes, while they come. */
final class Outcomes implements AutoCloseable {
  private static final int SHOWN = 5;
  private static final long LOOK_UP_MILLIS = 100;
  private static final long ONE_TOO_MANY_MILLIS = 5_000;

  private final List<TopicFollower> followers = new ArrayList<>();
  private final Map<String, Integer> predicted = new HashMap<>();
  private final Map<String, Integer> rejected = new HashMap<>();
  private final TreeSet<Integer> epochs = new TreeSet<>();

  static Outcomes follow(KafkaConnection kafka) {
    Outcomes outcomes = new Outcomes();
    outcomes.followers.add(
        TopicFollower.start(kafka, Topics.DEFAULT.predictions(), outcomes::predicted));
    outcomes.followers.add(
        TopicFollower.start(kafka, Topics.DEFAULT.imagesRejected(), outcomes::rejected));
    return outcomes;
  }

  private synchronized void predicted(ConsumerRecord<String, byte[]> record) {
    predicted.merge(record.key(), 1, Integer::sum);
    epochs.add(EventJson.read(record.value(), Prediction.class).model().epoch());
  }

  private synchronized void rejected(ConsumerRecord<String, byte[]> record) {
    rejected.merge(record.key(), 1, Integer::sum);
  }

  /** How many images have an outcome. */
  synchronized int count() {
    return predicted.size() + rejected.size();
  }

  /** Waits until all have one, or patience ends; and a little longer, for one too many. */
  void await(int published, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (count() < published && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_UP_MILLIS);
    }
    Thread.sleep(ONE_TOO_MANY_MILLIS);
  }

  /** How many models have answered. */
  synchronized int models() {
    return epochs.size();
  }

  synchronized int rejections() {
    return rejected.size();
  }

  /** What is wrong with the outcomes of images 0 to {@code published} - 1. */
  synchronized List<String> wrong(int published) {
    List<String> missing = new ArrayList<>();
    List<String> twice = new ArrayList<>();
    List<String> mistaken = new ArrayList<>();
    for (int number = 0; number < published; number++) {
      String key = ImageSource.key(number);
      int predictions = predicted.getOrDefault(key, 0);
      int rejections = rejected.getOrDefault(key, 0);
      if (predictions + rejections == 0) {
        missing.add(key);
      } else if (predictions + rejections > 1) {
        twice.add(key);
      } else if ((rejections == 1) != Pictures.isBroken(number)) {
        mistaken.add(key);
      }
    }
    List<String> wrong = new ArrayList<>();
    describe("without an outcome", missing, wrong);
    describe("with more than one outcome", twice, wrong);
    describe("with the wrong kind of outcome", mistaken, wrong);
    if (count() > published) {
      wrong.add("%d outcomes for %d images".formatted(count(), published));
    }
    return wrong;
  }

  private static void describe(String what, List<String> keys, List<String> wrong) {
    if (!keys.isEmpty()) {
      wrong.add(
          "%d images %s: %s"
              .formatted(keys.size(), what, keys.subList(0, Math.min(SHOWN, keys.size()))));
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (TopicFollower follower : followers) {
      follower.close();
    }
  }
}
