package dev.rivulet.events.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Asks the cluster every two seconds whether it is there, so that readiness tells the truth while
 * the clients only wait and retry.
 */
public final class BrokerContact implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Admin admin;
  private final String address;
  private final Consumer<String> notices;
  private final Thread thread = new Thread(this::run, "broker-contact");
  private volatile boolean lost;

  private BrokerContact(KafkaConnection kafka, Consumer<String> notices) {
    this.admin = kafka.admin();
    this.address = kafka.bootstrapServers();
    this.notices = notices;
  }

  /**
   * Begins to ask. If that ever dies unexpectedly, whoever handles the end of the calling thread is
   * told.
   *
   * @param notices is told when the cluster ceases to answer, and when it answers again
   */
  public static BrokerContact watch(KafkaConnection kafka, Consumer<String> notices) {
    BrokerContact contact = new BrokerContact(kafka, notices);
    contact.thread.setDaemon(true);
    contact.thread.setUncaughtExceptionHandler(
        Thread.currentThread().getUncaughtExceptionHandler());
    contact.thread.start();
    return contact;
  }

  /** Whether the last question remained without an answer for two seconds. */
  public boolean lost() {
    return lost;
  }

  private void run() {
    try {
      while (true) {
        boolean lostNow = !answers();
        if (lostNow != lost) {
          notices.accept(
              "Kafka at %s %s".formatted(address, lostNow ? "does not answer" : "answers again"));
        }
        lost = lostNow;
        Thread.sleep(INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      // the id comes from a broker; the list of nodes may be what the client remembers
      admin.describeCluster().clusterId().get(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      // why does not matter here: whoever needs the broker says so itself
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    admin.close(Duration.ZERO);
  }
}
