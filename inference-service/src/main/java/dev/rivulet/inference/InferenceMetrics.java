package dev.rivulet.inference;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.inference.reload.FollowedSelection.Outcome;
import dev.rivulet.inference.reload.ServedModel;
import dev.rivulet.network.RefusalReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/** The meters of this service, all named {@code rivulet_…} at {@code /q/metrics}. */
@Singleton
public class InferenceMetrics {
  private static final Duration[] LATENCY_BUCKETS = millis(5, 10, 25, 50, 100, 250, 500, 1_000);
  private static final Duration[] END_TO_END_BUCKETS =
      millis(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000);

  private final MeterRegistry registry;
  private final Timer forward;
  private final Timer reload;
  private final DistributionSummary batchSize;
  private final AtomicReference<ModelDescription> served = new AtomicReference<>();
  private final Map<TopicPartition, AtomicLong> lags = new ConcurrentHashMap<>();
  private final AtomicInteger selectionFollowed = new AtomicInteger();
  private volatile double loadedAtSeconds = Double.NaN;
  private Meter modelInfo;
  private Meter selection;

  /** Where an image came from. */
  public enum Source {
    TOPIC,
    REST;

    private String label() {
      return this == TOPIC ? "topic" : "rest";
    }
  }

  public InferenceMetrics(MeterRegistry registry) {
    this.registry = registry;
    forward =
        Timer.builder("rivulet.forward.duration")
            .description("One forward pass of a batch")
            .serviceLevelObjectives(LATENCY_BUCKETS)
            .register(registry);
    reload =
        Timer.builder("rivulet.model.reload.duration")
            .description("To verify, warm up and swap in a checkpoint")
            .register(registry);
    batchSize =
        DistributionSummary.builder("rivulet.forward.batch.size")
            .description("Images that went through the network together")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
            .register(registry);
    modelGauge("epoch", "Epoch of the model that serves", () -> servedOr(m -> m.epoch()));
    modelGauge(
        "validation.accuracy",
        "Validation accuracy of the model that serves, 0 to 1",
        () -> servedOr(ModelDescription::validationAccuracy));
    modelGauge(
        "loaded.timestamp.seconds",
        "Unix time at which the model that serves was swapped in",
        () -> loadedAtSeconds);
    Gauge.builder("rivulet.model.age", this, metrics -> metrics.servedOr(InferenceMetrics::age))
        .description("Since the checkpoint that serves was made")
        .baseUnit("seconds")
        .strongReference(true)
        .register(registry);
  }

  /** An image got its label; {@code latency} is from the event's timestamp to the outcome. */
  public void classified(String label, Source source, Duration latency) {
    Counter.builder("rivulet.images.classified")
        .description("Images that got a prediction, by predicted label")
        .tag("label", label)
        .tag("source", source.label())
        .register(registry)
        .increment();
    Timer.builder("rivulet.image.latency")
        .description("From the image event's timestamp, or the request, to the outcome")
        .tag("source", source.label())
        .serviceLevelObjectives(END_TO_END_BUCKETS)
        .register(registry)
        .record(latency);
  }

  /** An image was rejected; {@code reason} is one of a closed list. */
  public void rejected(String reason, Source source) {
    Counter.builder("rivulet.images.rejected")
        .description("Images that cannot be classified, by reason")
        .tag("reason", reason)
        .tag("source", source.label())
        .register(registry)
        .increment();
  }

  public void forwardPass(int images, Duration took) {
    batchSize.record(images);
    forward.record(took);
  }

  /** A checkpoint was verified, warmed up and swapped in. */
  public void reloadSucceeded(ServedModel model, Duration took) {
    countReload("loaded", "none");
    reload.record(took);
    ModelDescription now = model.description();
    ModelDescription before = served.getAndSet(now);
    loadedAtSeconds = Instant.now().toEpochMilli() / 1000.0;
    modelInfo =
        replaced(
            modelInfo,
            Gauge.builder("rivulet.model.info", () -> 1)
                .description("The model that serves, in its labels")
                .tag("run", now.run())
                .tag("epoch", String.valueOf(now.epoch()))
                .tag("dataset", now.dataset()));
    if (before != null && !before.classes().equals(now.classes())) {
      forgetLabels(now.classes());
    }
  }

  /** What became of a selection, or became of it since it was made. */
  public void selected(SelectionMode mode, Outcome outcome) {
    selectionFollowed.set(outcome == Outcome.FOLLOWED ? 1 : 0);
    selection =
        replaced(
            selection,
            Gauge.builder("rivulet.model.selection", selectionFollowed::get)
                .description(
                    "1 if the model that serves is the selected one, 0 if that cannot be had")
                .tag("mode", mode.label()));
    if (outcome != Outcome.WAITING) {
      Counter.builder("rivulet.model.selections")
          .description("Selections that were followed, or not, because theirs is absent or refused")
          .tag("outcome", outcome.label())
          .register(registry)
          .increment();
    }
  }

  public void reloadRefused(RefusalReason reason) {
    countReload("refused", reason.label());
  }

  /** How many image events of each assigned partition are not done yet. */
  public void lags(Map<TopicPartition, Long> now) {
    now.forEach(
        (partition, lag) -> lags.computeIfAbsent(partition, this::lagGauge).set(Math.max(0, lag)));
    lags.keySet().stream()
        .filter(partition -> !now.containsKey(partition))
        .toList()
        .forEach(
            partition -> {
              lags.remove(partition);
              registry.remove(registry.find("rivulet.consumer.lag").tags(tags(partition)).gauge());
            });
  }

  /** Watches whether Kafka answers. */
  public void watchBroker(BooleanSupplier reachable) {
    Gauge.builder("rivulet.broker.reachable", () -> reachable.getAsBoolean() ? 1 : 0)
        .description("1 while Kafka answers this service, else 0")
        .register(registry);
  }

  /** Watches how many images wait for the network. */
  public void watchQueue(Supplier<Number> depth) {
    Gauge.builder("rivulet.queue.depth", depth)
        .description("Decoded images that wait for the network")
        .register(registry);
  }

  /** The old gauge leaves after the new one has come, so no scrape finds neither. */
  private Meter replaced(Meter before, Gauge.Builder<?> gauge) {
    Meter now = gauge.register(registry);
    if (before != null && !before.getId().equals(now.getId())) {
      registry.remove(before);
    }
    return now;
  }

  private void countReload(String outcome, String reason) {
    Counter.builder("rivulet.model.reloads")
        .description("Checkpoints that were loaded or refused")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry)
        .increment();
  }

  private void modelGauge(String name, String description, Supplier<Number> value) {
    Gauge.builder("rivulet.model." + name, value).description(description).register(registry);
  }

  private interface ModelNumber {
    double of(ModelDescription model);
  }

  private double servedOr(ModelNumber number) {
    ModelDescription model = served.get();
    return model == null ? Double.NaN : number.of(model);
  }

  private static double age(ModelDescription model) {
    return Duration.between(model.createdAt(), Instant.now()).toMillis() / 1000.0;
  }

  private AtomicLong lagGauge(TopicPartition partition) {
    AtomicLong lag = new AtomicLong();
    Gauge.builder("rivulet.consumer.lag", lag, AtomicLong::get)
        .description("Image events that wait in Kafka")
        .tags(tags(partition))
        .register(registry);
    return lag;
  }

  private static Tags tags(TopicPartition partition) {
    return Tags.of("topic", partition.topic(), "partition", String.valueOf(partition.partition()));
  }

  /** So that labels of data sets that are long gone do not add up. */
  private void forgetLabels(List<String> classes) {
    registry.find("rivulet.images.classified").counters().stream()
        .filter(counter -> !classes.contains(counter.getId().getTag("label")))
        .forEach(registry::remove);
  }

  private static Duration[] millis(long... values) {
    Duration[] durations = new Duration[values.length];
    for (int i = 0; i < values.length; i++) {
      durations[i] = Duration.ofMillis(values[i]);
    }
    return durations;
  }
}
