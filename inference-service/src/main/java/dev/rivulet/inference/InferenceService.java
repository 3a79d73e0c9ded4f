package dev.rivulet.inference;

import dev.rivulet.events.Topics;
import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.kafka.ClientSettingException;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicConflictException;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.inference.classify.ImageClassifier;
import dev.rivulet.inference.classify.ImageEventLoop;
import dev.rivulet.inference.classify.MicroBatcher;
import dev.rivulet.inference.reload.CheckpointConsumer;
import dev.rivulet.inference.reload.CheckpointLoader;
import dev.rivulet.inference.reload.FollowedSelection;
import dev.rivulet.inference.reload.LiveModel;
import dev.rivulet.network.Classifier;
import dev.rivulet.network.ComputeDevice;
import io.github.mweirauch.micrometer.jvm.extras.ProcessMemoryMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Puts the parts together, starts them in the background, ends them in order. */
@Singleton
public class InferenceService {
  private static final Logger LOG = Logger.getLogger(InferenceService.class);
  private static final int MAX_BATCH = 4_096;
  private static final int MAX_REST_CONCURRENCY = 10_000;
  private static final Duration MOST_LATENCY_BUDGET = Duration.ofSeconds(1);
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final InferenceConfig config;
  private final KafkaConnection kafka;
  private final Topics topics;
  private final InferenceMetrics metrics;
  private final LiveModel live = new LiveModel();
  private final FollowedSelection followed = new FollowedSelection();
  private final MicroBatcher batcher;
  private final ImageClassifier classifier;
  private final ImageEventLoop imageEvents;
  private final Thread starting = new Thread(this::startLoops, "start");
  private volatile Optional<ComputeDevice> device = Optional.empty();
  private volatile String waiting;
  private volatile List<Thread> loops = List.of();
  private volatile CheckpointConsumer checkpoints;

  InferenceService(
      InferenceConfig config, KafkaConnection kafka, Topics topics, InferenceMetrics metrics) {
    this.config = config;
    this.kafka = kafka;
    this.waiting = "Kafka at " + kafka.bootstrapServers() + " has not answered yet";
    this.topics = topics;
    this.metrics = metrics;
    int maxBatch = inRange("rivulet.max-batch", config.maxBatch(), MAX_BATCH);
    inRange("rivulet.rest-concurrency", config.restConcurrency(), MAX_REST_CONCURRENCY);
    // twice a batch: the next one is decoded while one is classified
    batcher = new MicroBatcher(live, 2 * maxBatch, latencyBudget(), metrics);
    classifier =
        new ImageClassifier(
            new ImageDecoder(), batcher, Runtime.getRuntime().availableProcessors());
    imageEvents = new ImageEventLoop(kafka, topics, live, classifier, metrics, 2 * maxBatch);
    metrics.watchBroker(imageEvents::reachesBroker);
  }

  @Produces
  @Singleton
  LiveModel liveModel() {
    return live;
  }

  @Produces
  @Singleton
  FollowedSelection followedSelection() {
    return followed;
  }

  @Produces
  @Singleton
  ImageClassifier imageClassifier() {
    return classifier;
  }

  @Produces
  @Singleton
  ImageEventLoop imageEventLoop() {
    return imageEvents;
  }

  /** Where the network computes; nothing until the engine is loaded. */
  public Optional<ComputeDevice> device() {
    return device;
  }

  /** Why the loops have not been started; nothing once they have. */
  Optional<String> notStarted() {
    return loops.isEmpty() ? Optional.of(waiting) : Optional.empty();
  }

  /** The names of parts that should run but have died. */
  List<String> dead() {
    List<String> dead =
        new ArrayList<>(
            loops.stream().filter(loop -> !loop.isAlive()).map(Thread::getName).toList());
    if (!batcher.alive()) {
      dead.add("forward");
    }
    return dead;
  }

  void start(@Observes StartupEvent event) {
    starting.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    starting.interrupt();
    starting.join();
    imageEvents.close();
    if (checkpoints != null) {
      checkpoints.close();
    }
    for (Thread loop : loops) {
      loop.join(ENDING.toMillis());
      // still waiting for a broker that is away; what it has not committed stays in Kafka
      loop.interrupt();
      loop.join();
    }
    classifier.close();
    batcher.close();
    live.close();
  }

  /** Loading the engine takes seconds, and the broker may be late: the HTTP port is up before. */
  private void startLoops() {
    try {
      ComputeDevice selected = ComputeDevice.select(config.device(), threads());
      device = Optional.of(selected);
      LOG.infof("computing on %s", selected);
      createTopics();
      int maxBatch =
          selected.isGpu()
              ? config.maxBatch()
              : Math.min(config.maxBatch(), Classifier.CPU_SLICE_IMAGES);
      batcher.start(selected.threads(), maxBatch, this::died);
      CheckpointLoader loader =
          new CheckpointLoader(selected.onCallingThread(), maxBatch, Clock.systemUTC());
      checkpoints = new CheckpointConsumer(kafka, topics, loader, live, followed, metrics);
      List<Thread> started =
          List.of(new Thread(checkpoints, "checkpoints"), new Thread(imageEvents, "image-events"));
      started.forEach(loop -> loop.setUncaughtExceptionHandler(this::died));
      started.forEach(Thread::start);
      // only now: a thread that has not been started is not alive either
      loops = started;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TopicConflictException | IllegalArgumentException e) {
      LOG.error(e.getMessage());
      Quarkus.asyncExit(1);
    } catch (RuntimeException | LinkageError e) {
      // without its engine the service is of no use, whatever the reason
      LOG.error("the service cannot start", e);
      Quarkus.asyncExit(1);
    }
  }

  /** Half a service is of no use; whoever started the process starts it again. */
  private void died(Thread thread, Throwable why) {
    if (why instanceof ClientSettingException) {
      LOG.fatal(why.getMessage());
    } else {
      LOG.fatalf(why, "%s has died, the service ends", thread.getName());
    }
    Quarkus.asyncExit(1);
  }

  @Produces
  @Singleton
  MeterBinder residentMemory() {
    return new ProcessMemoryMetrics();
  }

  private static int inRange(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new ConfigurationException(
          "%s=%d: choose a number from 1 to %d".formatted(name, value, most));
    }
    return value;
  }

  private Duration latencyBudget() {
    Duration budget = config.latencyBudget();
    if (budget.isNegative() || budget.compareTo(MOST_LATENCY_BUDGET) > 0) {
      throw new ConfigurationException(
          "rivulet.latency-budget=%d ms: choose a time from 0 ms to %d ms"
              .formatted(budget.toMillis(), MOST_LATENCY_BUDGET.toMillis()));
    }
    return budget;
  }

  private int threads() {
    int processors = Runtime.getRuntime().availableProcessors();
    return config.inference().threads().orElse(Math.max(1, processors / 2));
  }

  private void createTopics() throws InterruptedException {
    TopicCreation.ensureWhenKafkaAnswers(
        kafka,
        List.of(
            topics.checkpointsSpec(),
            topics.modelSelectionSpec(),
            topics.imagesSpec(),
            topics.predictionsSpec(),
            topics.imagesRejectedSpec()),
        () -> Thread.currentThread().isInterrupted(),
        why -> {
          waiting = why;
          LOG.warn(why);
        });
  }
}
