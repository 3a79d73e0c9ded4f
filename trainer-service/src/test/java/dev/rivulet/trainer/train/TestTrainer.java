package dev.rivulet.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.RepeatedFailure;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.EngineTrial;
import dev.rivulet.trainer.checkpoint.CheckpointRetention;
import dev.rivulet.trainer.checkpoint.ConsumedBatches;
import dev.rivulet.trainer.consume.ImageBatchConsumer;
import dev.rivulet.trainer.consume.RunFollower;
import dev.rivulet.trainer.measure.TrainerMetrics;
import dev.rivulet.trainer.runs.RunAutostart;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A trainer as the service builds it, but in this process. */
final class TestTrainer implements AutoCloseable {
  private final AtomicBoolean closing = new AtomicBoolean();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ImageBatchConsumer batches;
  private final RunFollower runs;
  private final ConsumedBatches consumed;
  private final TrainerLoop loop;
  private final Queue<String> deaths = new ConcurrentLinkedQueue<>();

  /** Starts it with an engine that is in order; see the other constructor. */
  TestTrainer(
      TrainerSurroundings surroundings,
      Path folder,
      Duration checkpointInterval,
      Optional<TrainingPlan> autostart,
      int checkpointsKept) {
    this(surroundings, folder, checkpointInterval, autostart, checkpointsKept, EngineTrial::on);
  }

  /**
   * Starts it.
   *
   * @param folder for models and reports
   */
  TestTrainer(
      TrainerSurroundings surroundings,
      Path folder,
      Duration checkpointInterval,
      Optional<TrainingPlan> autostart,
      int checkpointsKept,
      Consumer<ComputeDevice> engineTrial) {
    KafkaConnection kafka = surroundings.kafka();
    Topics topics = surroundings.topics();
    batches = new ImageBatchConsumer(kafka, topics.trainingBatches());
    runs = new RunFollower(kafka, topics.trainingRuns());
    consumed = new ConsumedBatches(kafka.admin(), topics.trainingBatches());
    loop =
        new TrainerLoop(
            new TrainerEnvironment(
                kafka,
                topics,
                batches,
                runs,
                consumed,
                new TrainerMetrics(registry),
                new RepeatedFailure(),
                folder,
                checkpointInterval,
                new CheckpointRetention(checkpointsKept),
                new RunAutostart(autostart),
                1,
                engineTrial,
                closing::get));
    runs.start(this::died);
    batches.start(this::died);
    loop.start(this::died);
  }

  private void died(Thread thread, Throwable why) {
    deaths.add(thread.getName() + ": " + why);
  }

  int batches() {
    return (int) registry.counter("rivulet.batches.trained").count();
  }

  List<String> knownRuns() {
    return runs.ledger().all().stream().map(TrainingRun::id).toList();
  }

  /** Waits until there is trouble with Kafka. */
  String awaitTrouble() throws InterruptedException {
    while (loop.trouble().isEmpty()) {
      Thread.sleep(20);
    }
    return loop.trouble().orElseThrow();
  }

  /** Waits until the trouble is over. */
  void awaitNoTrouble() throws InterruptedException {
    while (loop.trouble().isPresent()) {
      Thread.sleep(20);
    }
  }

  /** Waits until one of its threads has died, and says of what. */
  String awaitDeath() throws InterruptedException {
    while (deaths.isEmpty()) {
      Thread.sleep(20);
    }
    return deaths.remove();
  }

  TrainingRun awaitRun() throws InterruptedException {
    while (runs.ledger().all().isEmpty()) {
      Thread.sleep(20);
    }
    return runs.ledger().all().iterator().next();
  }

  void awaitBatches(int wanted) throws InterruptedException {
    while (batches() < wanted) {
      Thread.sleep(5);
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (closing.getAndSet(true)) {
      return;
    }
    loop.close();
    runs.close();
    batches.close();
    consumed.close();
    assertThat(deaths).isEmpty();
  }
}
