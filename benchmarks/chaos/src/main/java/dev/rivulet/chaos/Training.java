package dev.rivulet.chaos;

import dev.rivulet.events.Topics;
import dev.rivulet.events.run.RunIds;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.local.run.RunEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A run of the real pipeline, from its request to its end, with an observer of all its batches. */
final class Training implements AutoCloseable {
  private static final Duration LOOK_UP = Duration.ofMillis(100);

  private final Pipeline pipeline;
  private final BatchLedger ledger = new BatchLedger();
  private final List<AutoCloseable> observers = new ArrayList<>();
  private final RunEvents events;
  private final String id;
  private final Set<String> down = new TreeSet<>();
  private final List<String> endedByThemselves = new ArrayList<>();
  private volatile long committedSteps;

  private Training(Pipeline pipeline, RunEvents events, String id) {
    this.pipeline = pipeline;
    this.events = events;
    this.id = id;
  }

  /** Requests the run; the broker is there, the services may be started before or after. */
  static Training request(Pipeline pipeline, TrainingPlan plan) throws InterruptedException {
    RunEvents events =
        RunEvents.read(
            pipeline.kafka(),
            Topics.DEFAULT,
            line -> {
              throw new IllegalStateException(line);
            });
    TrainingRun run = TrainingRun.requested(RunIds.next(Instant.now()), plan, Instant.now());
    Training training = new Training(pipeline, events, run.id());
    training.observers.add(events);
    training.observe(Topics.DEFAULT.trainingBatches(), training.ledger);
    training.observe(Topics.DEFAULT.trainerState(), training::committed);
    events.publish(run);
    return training;
  }

  private void observe(String topic, Consumer<ConsumerRecord<String, byte[]>> observer) {
    observers.add(TopicFollower.start(pipeline.kafka(), topic, observer));
  }

  private void committed(ConsumerRecord<String, byte[]> state) {
    if (state.value() != null) {
      committedSteps = SafeTensors.read(state.value()).metadataLong("step");
    }
  }

  /** How many steps are committed, whatever happens now. */
  long committedSteps() {
    return committedSteps;
  }

  /** Waits until so many steps are committed, or the run has ended. */
  void awaitSteps(long steps) throws InterruptedException {
    while (committedSteps < steps && !ended()) {
      lookAfter();
    }
  }

  /** Lets time pass, and starts again what ends by itself. */
  void lookAfter() throws InterruptedException {
    events.poll(LOOK_UP);
    for (String name : pipeline.names()) {
      if (!down.contains(name) && !pipeline.runs(name)) {
        endedByThemselves.add(name);
        pipeline.start(name);
      }
    }
  }

  /** Kills them at once. */
  void kill(Iterable<String> victims) throws InterruptedException {
    for (String victim : victims) {
      down.add(victim);
      pipeline.kill(victim);
    }
  }

  /** Starts what was killed. */
  void startAgain(Iterable<String> victims) {
    for (String victim : victims) {
      pipeline.start(victim);
      down.remove(victim);
    }
  }

  boolean ended() {
    return events.run(id).status().ended();
  }

  /**
   * Waits for the end of the run.
   *
   * @throws IllegalStateException if it does not finish in time, or fails
   */
  TrainedRun awaitFinish(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!ended()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the run has not finished %d minutes after the last kill, it stands at step %d; logs in %s"
                .formatted(patience.toMinutes(), committedSteps, pipeline.folder().logs()));
      }
      lookAfter();
    }
    TrainingRun run = events.run(id);
    if (run.status() != RunStatus.FINISHED) {
      throw new IllegalStateException("the run " + run.status() + ": " + run.message());
    }
    return TrainedRun.read(pipeline.kafka(), ledger);
  }

  /** Services that ended without being killed, in order; they were started again. */
  List<String> endedByThemselves() {
    return List.copyOf(endedByThemselves);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable observer : observers) {
      observer.close();
    }
  }
}
