package dev.rivulet.trainer;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.BrokerContact;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.RepeatedFailure;
import dev.rivulet.events.kafka.TopicConflictException;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.network.EngineTrial;
import dev.rivulet.trainer.checkpoint.CheckpointRetention;
import dev.rivulet.trainer.checkpoint.ConsumedBatches;
import dev.rivulet.trainer.consume.ImageBatchConsumer;
import dev.rivulet.trainer.consume.RunFollower;
import dev.rivulet.trainer.measure.ProgressPublisher;
import dev.rivulet.trainer.measure.TrainerMetrics;
import dev.rivulet.trainer.runs.RunAutostart;
import dev.rivulet.trainer.train.TrainerEnvironment;
import dev.rivulet.trainer.train.TrainerLoop;
import io.github.mweirauch.micrometer.jvm.extras.ProcessMemoryMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Builds the trainer from its parts when the service starts, and takes it down when it ends. */
@ApplicationScoped
public class TrainerService {
  private static final Logger LOG = Logger.getLogger(TrainerService.class);

  private final TrainerSettings settings;
  private final KafkaConnection kafka;
  private final Topics topics;
  private final TrainerMetrics metrics;
  private final RunFollower runs;
  private final Thread starting = new Thread(this::startWhenKafkaAnswers, "trainer-start");
  private volatile String waiting;
  private volatile boolean closing;
  private volatile TrainerParts parts;

  /** What runs once Kafka has answered. */
  private record TrainerParts(
      ImageBatchConsumer batches,
      ConsumedBatches consumedBatches,
      TrainerLoop loop,
      ProgressPublisher progress,
      BrokerContact contact) {}

  TrainerService(
      TrainerSettings settings,
      Config config,
      @Identifier("default-kafka-broker") Map<String, Object> kafkaSettings,
      MeterRegistry registry) {
    this.settings = settings;
    this.kafka = new KafkaConnection(kafkaSettings);
    this.waiting = "Kafka at " + kafka.bootstrapServers() + " has not answered yet";
    this.topics = topics(settings, config);
    this.metrics = new TrainerMetrics(registry);
    this.runs = new RunFollower(kafka, topics.trainingRuns());
    this.metrics.watchRuns(runs.ledger()::all);
    this.metrics.watchBroker(() -> parts != null && !parts.contact().lost());
  }

  private static Topics topics(TrainerSettings settings, Config config) {
    try {
      return Topics.configured(
          settings.topics().keySet(), name -> config.getOptionalValue(name, String.class));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage());
    }
  }

  void start(@Observes StartupEvent event) {
    starting.setUncaughtExceptionHandler(this::died);
    starting.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    closing = true;
    starting.join();
    runs.close();
    TrainerParts running = parts;
    if (running != null) {
      running.loop().close();
      running.progress().close();
      running.batches().close();
      running.consumedBatches().close();
      running.contact().close();
    }
  }

  public RunFollower runs() {
    return runs;
  }

  public TrainerMetrics metrics() {
    return metrics;
  }

  /** Why the service cannot train now, or nothing if it can (or waits for its turn to). */
  public Optional<String> notReady() {
    TrainerParts running = parts;
    if (running == null) {
      return Optional.of(waiting);
    }
    if (running.contact().lost()) {
      return Optional.of(
          "Kafka at %s does not answer: training waits".formatted(kafka.bootstrapServers()));
    }
    if (!runs.known()) {
      return Optional.of("reading the runs");
    }
    if (!running.loop().alive()) {
      return Optional.of("the trainer has ended");
    }
    return running.loop().trouble().map(why -> "training waits, Kafka fails: " + why);
  }

  private void startWhenKafkaAnswers() {
    try {
      RunAutostart autostart = RunAutostart.of(settings.run());
      // the engine takes a second or two to load; that need not wait for a run
      ComputeDevice.select("auto", threads());
      createTopics();
      if (!closing) {
        begin(autostart);
      }
    } catch (TopicConflictException | IllegalArgumentException e) {
      LOG.fatal(e.getMessage());
      Quarkus.asyncExit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void createTopics() throws InterruptedException {
    TopicCreation.ensureWhenKafkaAnswers(
        kafka,
        List.of(
            topics.trainingRunsSpec(),
            topics.trainingBatchesSpec(),
            topics.validationBatchesSpec(),
            topics.trainingMetricsSpec(),
            topics.trainingProgressSpec(),
            topics.checkpointsSpec(),
            topics.modelSelectionSpec(),
            topics.trainerStateSpec()),
        () -> closing,
        why -> {
          waiting = why;
          LOG.warn(why);
        });
  }

  private void begin(RunAutostart autostart) {
    ImageBatchConsumer batches = new ImageBatchConsumer(kafka, topics.trainingBatches());
    ConsumedBatches consumed = new ConsumedBatches(kafka.admin(), topics.trainingBatches());
    TrainerEnvironment env =
        new TrainerEnvironment(
            kafka,
            topics,
            batches,
            runs,
            consumed,
            metrics,
            new RepeatedFailure(),
            settings.dataDir(),
            settings.checkpointInterval(),
            new CheckpointRetention(settings.checkpointsKept()),
            autostart,
            threads(),
            EngineTrial::on,
            () -> closing);
    TrainerLoop loop = new TrainerLoop(env);
    ProgressPublisher progress =
        new ProgressPublisher(kafka, topics.trainingProgress(), metrics::latest);
    runs.start(this::died);
    batches.start(this::died);
    loop.start(this::died);
    progress.start();
    parts =
        new TrainerParts(batches, consumed, loop, progress, BrokerContact.watch(kafka, LOG::warn));
  }

  /** Half a trainer is of no use; whoever started the process starts it again. */
  private void died(Thread thread, Throwable why) {
    LOG.fatalf(why, "%s has died, the service ends", thread.getName());
    Quarkus.asyncExit(1);
  }

  @Produces
  @Singleton
  MeterBinder residentMemory() {
    return new ProcessMemoryMetrics();
  }

  private int threads() {
    return settings.trainer().threads().orElse(Runtime.getRuntime().availableProcessors());
  }
}
