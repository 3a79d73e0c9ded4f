package dev.rivulet.chaos;

import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Hands every committed record of a topic to an observer, on a thread of its own. */
final class TopicFollower implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final TopicReader reader;
  private final Thread thread;
  private volatile RuntimeException failure;

  private TopicFollower(
      KafkaConnection kafka, String topic, Consumer<ConsumerRecord<String, byte[]>> observer) {
    reader = TopicReader.fromBeginning(kafka, topic);
    thread = new Thread(() -> follow(observer), "follow-" + topic);
  }

  static TopicFollower start(
      KafkaConnection kafka, String topic, Consumer<ConsumerRecord<String, byte[]>> observer) {
    TopicFollower follower = new TopicFollower(kafka, topic, observer);
    follower.thread.setDaemon(true);
    follower.thread.start();
    return follower;
  }

  private void follow(Consumer<ConsumerRecord<String, byte[]>> observer) {
    try {
      while (true) {
        reader.poll(POLL).forEach(observer);
      }
    } catch (WakeupException e) {
      // close asked for it
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * @throws RuntimeException if it could not follow to the end
   */
  @Override
  public void close() throws InterruptedException {
    reader.wakeup();
    thread.join();
    reader.close();
    if (failure != null) {
      throw failure;
    }
  }
}
