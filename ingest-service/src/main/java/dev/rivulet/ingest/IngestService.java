package dev.rivulet.ingest;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.BrokerContact;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicConflictException;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.ingest.dataset.CifarDownload;
import dev.rivulet.ingest.dataset.Datasets;
import dev.rivulet.ingest.publish.IngestEnvironment;
import dev.rivulet.ingest.publish.IngestLoop;
import dev.rivulet.ingest.publish.IngestMetrics;
import dev.rivulet.ingest.publish.TopicSizes;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Builds ingest from its parts when the service starts, and takes it down when it ends. */
@ApplicationScoped
public class IngestService {
  private static final Logger LOG = Logger.getLogger(IngestService.class);

  private final IngestSettings settings;
  private final KafkaConnection kafka;
  private final Topics topics;
  private final MeterRegistry registry;
  private final IngestMetrics metrics;
  private final ExecutorService workers;
  private final Thread starting = new Thread(this::startWhenKafkaAnswers, "ingest-start");
  private volatile String waiting;
  private volatile boolean closing;
  private volatile IngestLoop loop;
  private Admin admin;
  private TopicSizes sizes;
  private BrokerContact contact;

  IngestService(
      IngestSettings settings,
      Config config,
      @Identifier("default-kafka-broker") Map<String, Object> kafkaSettings,
      MeterRegistry registry) {
    this.settings = settings;
    this.kafka = new KafkaConnection(kafkaSettings);
    this.waiting = "Kafka at " + kafka.bootstrapServers() + " has not answered yet";
    this.topics = topics(settings, config);
    this.registry = registry;
    this.metrics = new IngestMetrics(registry);
    this.metrics.watchBroker(() -> loop != null && !contact.lost());
    this.workers = Executors.newFixedThreadPool(threads(), IngestService::daemon);
  }

  private static Topics topics(IngestSettings settings, Config config) {
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
    if (loop != null) {
      loop.close();
      sizes.close();
      contact.close();
      admin.close();
    }
    workers.shutdownNow();
  }

  /** Why the service cannot publish now, or nothing if it can (or waits for its turn to). */
  Optional<String> notReady() {
    if (loop == null) {
      return Optional.of(waiting);
    }
    if (contact.lost()) {
      return Optional.of(
          "Kafka at %s does not answer: publishing waits".formatted(kafka.bootstrapServers()));
    }
    if (!loop.alive()) {
      return Optional.of("ingest has ended");
    }
    return loop.trouble().map(why -> "publishing waits, Kafka fails: " + why);
  }

  private void startWhenKafkaAnswers() {
    try {
      createTopics();
      if (!closing) {
        begin();
      }
    } catch (TopicConflictException e) {
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
            topics.trainerStateSpec()),
        () -> closing,
        why -> {
          waiting = why;
          LOG.warn(why);
        });
  }

  private void begin() {
    admin = kafka.admin();
    contact = BrokerContact.watch(kafka, LOG::warn);
    IngestLoop next =
        new IngestLoop(
            new IngestEnvironment(
                kafka,
                topics,
                admin,
                new Datasets(settings.dataDir().resolve("datasets"), new CifarDownload()),
                metrics,
                settings.ingest().windowImages(),
                workers,
                () -> closing));
    next.start(this::died);
    loop = next;
    sizes = new TopicSizes(admin, topics.names(), registry);
    sizes.start();
  }

  /** Half an ingest is of no use; whoever started the process starts it again. */
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
    int threads =
        settings
            .ingest()
            .threads()
            .orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    if (threads < 1) {
      throw new ConfigurationException(
          "rivulet.ingest.threads=%d: choose 1 or more".formatted(threads));
    }
    return threads;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "augment");
    thread.setDaemon(true);
    return thread;
  }
}
