package dev.rivulet.events.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * Why Kafka fails again and again, for the readiness of whoever tries again and again. A failure
 * that comes alone is a hiccup and says nothing.
 */
public final class RepeatedFailure {
  private static final int REPEATED = 2;
  private static final Duration CALM = Duration.ofSeconds(5);

  private final LongSupplier clockNanos;
  private int inARow;
  private String reason;
  private long lastNanos;

  public RepeatedFailure() {
    this(System::nanoTime);
  }

  RepeatedFailure(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  public synchronized void failed(KafkaException why) {
    inARow++;
    reason = new ClientTrouble(why).toString();
    lastNanos = clockNanos.getAsLong();
  }

  /** What has been tried has succeeded. */
  public synchronized void succeeded() {
    inARow = 0;
  }

  /**
   * Nothing has failed just now. That alone is no success, since a poll may end before the broker's
   * refusal comes; it is one when it has been so for a while.
   */
  public synchronized void calm() {
    if (inARow > 0 && clockNanos.getAsLong() - lastNanos >= CALM.toNanos()) {
      succeeded();
    }
  }

  /** The last failure, if it was not the only one since something succeeded. */
  public synchronized Optional<String> reason() {
    return inARow < REPEATED ? Optional.empty() : Optional.of(reason);
  }
}
