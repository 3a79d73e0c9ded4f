package dev.rivulet.inference.reload;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ListedCheckpoints;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.ModelRegistry;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.events.kafka.ClientSettingException;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.inference.InferenceMetrics;
import dev.rivulet.inference.reload.FollowedSelection.Outcome;
import dev.rivulet.network.CheckpointRefusedException;
import dev.rivulet.network.RefusalReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Follows the topics {@code checkpoints} and {@code model-selection} and puts the selected
 * checkpoint to work; of a burst, the last one alone. While that cannot be had, the old model
 * serves on.
 */
public final class CheckpointConsumer implements Runnable, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CheckpointConsumer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration ENGINE_RETRY = Duration.ofSeconds(30);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final CheckpointLoader loader;
  private final LiveModel live;
  private final FollowedSelection followed;
  private final InferenceMetrics metrics;
  private final CountDownLatch closing = new CountDownLatch(1);

  private ListedCheckpoint loaded;

  // not to be tried again, and why
  private final Map<ListedCheckpoint, String> refused = new HashMap<>();
  // those of them that are to be tried again after a while
  private final Set<ListedCheckpoint> engineFailures = new HashSet<>();
  private long engineFailedNanos;

  public CheckpointConsumer(
      KafkaConnection kafka,
      Topics topics,
      CheckpointLoader loader,
      LiveModel live,
      FollowedSelection followed,
      InferenceMetrics metrics) {
    this.kafka = kafka;
    this.topics = topics;
    this.loader = loader;
    this.live = live;
    this.followed = followed;
    this.metrics = metrics;
  }

  /**
   * Returns after {@link #close}; a broker that is away is waited for.
   *
   * @throws ClientSettingException if a setting makes reading impossible
   */
  @Override
  public void run() {
    while (!closed(Duration.ZERO)) {
      try (ModelRegistry registry = new ModelRegistry(kafka, topics, LOG::warn)) {
        while (!closed(Duration.ZERO)) {
          if (registry.readOn(POLL) || forgotEngineFailures()) {
            follow(registry);
          }
        }
      } catch (KafkaException e) {
        ClientSettingException.throwIfCauseOf(e);
        LOG.warnf(
            "checkpoints cannot be read (%s); trying again in %d s",
            e.getMessage(), RETRY.toSeconds());
        closed(RETRY);
      }
    }
  }

  /** The engine may have been short of memory for a moment, so its failures count for a while. */
  private boolean forgotEngineFailures() {
    long now = System.nanoTime();
    if (engineFailures.isEmpty() || now - engineFailedNanos < ENGINE_RETRY.toNanos()) {
      return false;
    }
    refused.keySet().removeAll(engineFailures);
    engineFailures.clear();
    return true;
  }

  /** Makes {@link #run} return soon. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void follow(ModelRegistry registry) {
    ListedCheckpoints all = registry.checkpoints();
    ModelSelection selection = registry.selection();
    refused.keySet().retainAll(Set.copyOf(all.all()));
    Optional<ListedCheckpoint> wanted = all.chosen(selection);
    boolean done =
        all.chosen(
                selection,
                one ->
                    (wanted.equals(Optional.of(one)) || isForward(selection, one))
                        && serve(registry, one))
            .isPresent();
    Outcome outcome = done ? Outcome.FOLLOWED : shortfall(all, selection);
    Optional<String> problem = done ? Optional.empty() : Optional.of(problem(all, selection));
    if (!done && live.current().isEmpty()) {
      // image events must not wait for a pinned checkpoint that may never come back
      all.chosen(ModelSelection.DEFAULT, one -> serve(registry, one));
    }
    tell(new FollowedSelection.State(all, refused, selection, outcome, live.current(), problem));
  }

  /** Instead of a newest one that is refused, none serves that is older than the old model. */
  private boolean isForward(ModelSelection selection, ListedCheckpoint instead) {
    return selection.mode() != SelectionMode.NEWEST
        || loaded == null
        || instead.offset() >= loaded.offset();
  }

  /** Serves it, unless it does already; false if that cannot be. */
  private boolean serve(ModelRegistry registry, ListedCheckpoint checkpoint) {
    if (refused.containsKey(checkpoint)) {
      return false;
    }
    // by its place: another record with the same description may be damaged
    if (checkpoint.equals(loaded)) {
      return true;
    }
    Optional<byte[]> blob = registry.read(checkpoint);
    return blob.isPresent() && load(checkpoint, blob.get());
  }

  private boolean load(ListedCheckpoint checkpoint, byte[] blob) {
    long startNanos = System.nanoTime();
    ServedModel model;
    try {
      model = loader.load(blob);
      if (checkpoint.description().isEmpty()) {
        model.release();
        throw new CheckpointRefusedException(
            RefusalReason.DESCRIPTION, "it says that it is " + model.description().key());
      }
    } catch (CheckpointRefusedException e) {
      refused.put(checkpoint, e.reason().label() + ": " + e.getMessage());
      if (e.reason() == RefusalReason.ENGINE) {
        engineFailures.add(checkpoint);
        engineFailedNanos = System.nanoTime();
      }
      metrics.reloadRefused(e.reason());
      LOG.warnf(
          "checkpoint %s (offset %d) refused, %s: %s; %s",
          checkpoint.key(),
          checkpoint.offset(),
          e.reason().label(),
          e.getMessage(),
          live.current().isPresent() ? "the old model keeps serving" : "still without a model");
      return false;
    }
    live.swap(model);
    loaded = checkpoint;
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    metrics.reloadSucceeded(model, took);
    ModelDescription description = model.description();
    LOG.infof(
        "serving %s epoch %d (%s, validation accuracy %.4f), loaded in %d ms",
        description.run(),
        description.epoch(),
        description.dataset(),
        description.validationAccuracy(),
        took.toMillis());
    return true;
  }

  private static Outcome shortfall(ListedCheckpoints all, ModelSelection selection) {
    if (all.chosen(selection).isPresent()) {
      return Outcome.REFUSED;
    }
    return selection.mode() == SelectionMode.PINNED ? Outcome.ABSENT : Outcome.WAITING;
  }

  private String problem(ListedCheckpoints all, ModelSelection selection) {
    Optional<ListedCheckpoint> chosen = all.chosen(selection);
    if (chosen.isPresent()) {
      return "checkpoint %s is refused, %s"
          .formatted(chosen.get().key(), refused.getOrDefault(chosen.get(), "its bytes are gone"));
    }
    return selection
        .pinnedKey()
        .map("checkpoint %s is not on the topic"::formatted)
        .orElse("there is no checkpoint on the topic");
  }

  /** Logs and counts what is new about the selection, or about what became of it. */
  private void tell(FollowedSelection.State now) {
    FollowedSelection.State before = followed.state();
    if (now.selection().equals(before.selection()) && now.outcome() == before.outcome()) {
      followed.replace(now);
      return;
    }
    // whoever sees the new state finds it in the metrics, too
    metrics.selected(now.selection().mode(), now.outcome());
    followed.replace(now);
    String what = "selected by %s: %s".formatted(now.selection().by(), now.selection().inWords());
    String serving =
        now.serving()
            .map(ServedModel::description)
            .map(model -> "%s@%d serves".formatted(model.run(), model.epoch()))
            .orElse("no model serves");
    if (now.problem().isPresent() && now.outcome() != Outcome.WAITING) {
      LOG.warnf("%s, but %s; %s", what, now.problem().get(), serving);
    } else {
      LOG.infof("%s; %s", what, serving);
    }
  }

  /** Whether it is to end, waiting for that up to {@code timeout}. */
  private boolean closed(Duration timeout) {
    try {
      return closing.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
