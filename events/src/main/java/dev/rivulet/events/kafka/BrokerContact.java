package dev.rivulet.events.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Asks the cluster every two seconds whether it is there, so that readiness tells the truth while
 * the clients only wait and retry.
 */
public final class BrokerContact implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Admin admin;
  private final Thread thread = new Thread(this::run, "broker-contact");
  private volatile boolean lost;

  private BrokerContact(Admin admin) {
    this.admin = admin;
  }

  /** Begins to ask; the broker has just answered something else. */
  public static BrokerContact watch(KafkaConnection kafka) {
    BrokerContact contact = new BrokerContact(kafka.admin());
    contact.thread.setDaemon(true);
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
        lost = !answers();
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
