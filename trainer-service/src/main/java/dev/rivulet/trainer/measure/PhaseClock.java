package dev.rivulet.trainer.measure;

import dev.rivulet.events.run.PhaseSeconds;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Tells where an epoch's time goes: at every moment exactly one phase is running, or none. */
public final class PhaseClock {
  /** What the trainer does; {@link #label} is its name in metrics and over REST. */
  public enum Phase {
    DATA_WAIT("data-wait"),
    TRAINING("training"),
    VALIDATION("validation"),
    CHECKPOINT("checkpoint");

    private final String label;

    Phase(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  private static final double NANOS = 1e9;

  private final LongSupplier nanoTime;
  private final Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
  private Phase running;
  private long since;

  public PhaseClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    reset(PhaseSeconds.ZERO);
  }

  /** Starts an epoch that has already taken so long, for instance before a restart. */
  public void reset(PhaseSeconds spent) {
    seconds.put(Phase.DATA_WAIT, spent.dataWait());
    seconds.put(Phase.TRAINING, spent.training());
    seconds.put(Phase.VALIDATION, spent.validation());
    seconds.put(Phase.CHECKPOINT, spent.checkpoint());
    since = nanoTime.getAsLong();
  }

  /** Ends the running phase and starts another. */
  public void enter(Phase phase) {
    settle();
    running = phase;
  }

  /** The seconds of the epoch so far. */
  public PhaseSeconds elapsed() {
    settle();
    double total = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    return new PhaseSeconds(
        total,
        seconds.get(Phase.DATA_WAIT),
        seconds.get(Phase.TRAINING),
        seconds.get(Phase.VALIDATION),
        seconds.get(Phase.CHECKPOINT));
  }

  private void settle() {
    long now = nanoTime.getAsLong();
    if (running != null) {
      seconds.merge(running, (now - since) / NANOS, Double::sum);
    }
    since = now;
  }
}
