package dev.rivulet.trainer.train;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.trainer.checkpoint.CheckpointPublisher;
import dev.rivulet.trainer.consume.ImageBatchConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Trains one run after the other while this trainer is the active one, on a thread of its own.
 *
 * <p>Trouble with Kafka ends a session, not the loop: the next one goes on from the committed
 * state, exactly as after a crash.
 */
public final class TrainerLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TrainerLoop.class);
  // less than the half minute that Docker gives a container
  private static final Duration ENDING = Duration.ofSeconds(20);
  private static final long IDLE_MILLIS = 50;
  private static final long RETRY_MILLIS = 1_000;

  private final TrainerEnvironment env;
  private final Thread thread = new Thread(this::run, "trainer");

  public TrainerLoop(TrainerEnvironment env) {
    this.env = env;
  }

  /**
   * @param onDeath is told if the loop ends by an exception that nobody expects
   */
  public void start(Thread.UncaughtExceptionHandler onDeath) {
    thread.setUncaughtExceptionHandler(onDeath);
    thread.start();
  }

  /** Whether the loop is at work, or waits for work. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** Why Kafka keeps training from going on, if it does so again and again. */
  public Optional<String> trouble() {
    return env.batches().trouble().or(env.failure()::reason);
  }

  /**
   * Waits until the present session has saved its state; not for ever, as the broker may be away.
   */
  @Override
  public void close() throws InterruptedException {
    thread.join(ENDING.toMillis());
    thread.interrupt();
    thread.join();
  }

  private void run() {
    try {
      while (!env.closing().getAsBoolean()) {
        try {
          trainWhileActive();
        } catch (KafkaException e) {
          env.failure().failed(e);
          LOG.warnf("Kafka failed, going on from the last committed state: %s", e.getMessage());
          LOG.debug("details", e);
          Thread.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void trainWhileActive() throws InterruptedException {
    int assignment = env.batches().assignment();
    if (assignment == ImageBatchConsumer.NOT_ACTIVE) {
      env.failure().calm();
      Thread.sleep(IDLE_MILLIS);
      return;
    }
    // one session for each publisher: a commit returns before its records show, and opening the
    // next publisher waits for them, so that the next session reads the newest state
    try (CheckpointPublisher publisher = CheckpointPublisher.open(env.kafka(), env.topics())) {
      env.runs().catchUp();
      requestConfiguredRun(publisher);
      boolean trained = false;
      while (!trained
          && !env.closing().getAsBoolean()
          && env.batches().assignment() == assignment) {
        Optional<TrainingRun> next = env.runs().ledger().current();
        if (next.isPresent()) {
          trained = train(publisher, next.get());
        } else {
          waitForWork();
        }
      }
    }
  }

  private void waitForWork() throws InterruptedException {
    env.failure().succeeded();
    Thread.sleep(IDLE_MILLIS);
  }

  private void requestConfiguredRun(CheckpointPublisher publisher) {
    env.autostart()
        .due(env.runs().ledger(), Instant.now())
        .ifPresent(
            run -> {
              publisher.begin().run(run).commit();
              env.autostart().published();
              env.runs().ledger().merge(run);
              LOG.infof("Run %s requested, as configured", run.id());
            });
  }

  /** Whether there was a session; a run whose data set nobody has named yet has none. */
  private boolean train(CheckpointPublisher publisher, TrainingRun run)
      throws InterruptedException {
    if (run.dataset().isEmpty()) {
      if (run.status() == RunStatus.STOPPING) {
        end(publisher, run, RunStatus.STOPPED, "stopped before it began");
      } else {
        waitForWork();
      }
      return false;
    }
    TrainingPlan plan = run.plan();
    try {
      // an engine that cannot even be asked for a device is nobody's run's fault, and ends the loop
      ComputeDevice device =
          ComputeDevice.select(plan.device(), env.threads()).withPrecision(plan.precision());
      train(publisher, run, device);
    } catch (IllegalArgumentException e) {
      // what the run asks for cannot be had, or its records are not what they should be
      LOG.errorf("Run %s failed: %s", run.id(), e.getMessage());
      if (e instanceof EventFormatException) {
        LOG.debug("details", e);
      }
      end(publisher, run, RunStatus.FAILED, e.getMessage());
    }
    return true;
  }

  private void train(CheckpointPublisher publisher, TrainingRun run, ComputeDevice device)
      throws InterruptedException {
    try (TrainingSession session = TrainingSession.open(env, publisher, run, device)) {
      session.train();
    } catch (KafkaException | IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      // the session is closed by now, so the device has as much room as it had before
      tryEngine(device, e);
      LOG.errorf(e, "Run %s failed", run.id());
      end(publisher, run, RunStatus.FAILED, e.toString());
    }
  }

  /**
   * @throws BrokenEngineException if any run would have failed
   */
  private void tryEngine(ComputeDevice device, RuntimeException failure) {
    try {
      env.engineTrial().accept(device);
    } catch (RuntimeException trial) {
      throw new BrokenEngineException(failure, trial);
    }
  }

  private void end(CheckpointPublisher publisher, TrainingRun run, RunStatus how, String message) {
    TrainingRun ended =
        env.runs()
            .ledger()
            .find(run.id())
            .orElse(run)
            .ended(how, Instant.now(), Optional.of(message));
    publisher.begin().run(ended).commit();
    env.runs().ledger().merge(ended);
  }
}
