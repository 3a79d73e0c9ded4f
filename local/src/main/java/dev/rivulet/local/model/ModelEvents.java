package dev.rivulet.local.model;

import dev.rivulet.events.Headers;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ListedCheckpoint;
import dev.rivulet.events.checkpoint.ListedCheckpoints;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.ModelRegistry;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.network.CheckpointRefusedException;
import dev.rivulet.network.VerifiedCheckpoint;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** The checkpoints and the selection, as the events tell them; and the ways to change them. */
public final class ModelEvents implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  // a transaction of a trainer that was killed ends after half a minute
  private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(60);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final Clock clock;
  private final ModelRegistry registry;

  private ModelEvents(KafkaConnection kafka, Topics topics, Clock clock, Consumer<String> notices) {
    this.kafka = kafka;
    this.topics = topics;
    this.clock = clock;
    this.registry = new ModelRegistry(kafka, topics, notices);
  }

  /** A selection that was published, and the checkpoint that it means now. */
  public record Selected(ModelSelection selection, Optional<ModelSummary> model) {}

  /**
   * Reads all that is there; topics that are missing are created.
   *
   * @param notices is told about records that are no such events; they are passed over
   */
  public static ModelEvents read(
      KafkaConnection kafka, Topics topics, Clock clock, Consumer<String> notices)
      throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin)
          .ensure(List.of(topics.checkpointsSpec(), topics.modelSelectionSpec()));
    }
    ModelEvents events = new ModelEvents(kafka, topics, clock, notices);
    try {
      events.registry.readToEnd();
      return events;
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  public ModelListing list() {
    ListedCheckpoints all = registry.checkpoints();
    return new ModelListing(
        registry.selection(),
        all.chosen(registry.selection()).flatMap(ModelSummary::of),
        all.all().stream().flatMap(listed -> ModelSummary.of(listed).stream()).toList());
  }

  /** The newest or the best, whichever that will be. */
  public Selected select(SelectionMode mode, String by) throws InterruptedException {
    return publish(ModelSelection.of(mode, clock.instant(), by));
  }

  /**
   * Selects one checkpoint, whatever comes.
   *
   * @param epoch without it, the run's last
   * @throws IllegalArgumentException if it is not on the topic
   * @throws CommandFailedException if it does not stand the checks that replicas make
   */
  public Selected pin(String run, Optional<Integer> epoch, String by) throws InterruptedException {
    ListedCheckpoints all = registry.checkpoints();
    ListedCheckpoint found =
        epoch
            .map(number -> all.find(ModelDescription.key(run, number)))
            .orElseGet(() -> all.newestOf(run))
            .orElseThrow(() -> unknown(run, epoch));
    return pin(verified(found), by);
  }

  private Selected pin(ModelDescription model, String by) throws InterruptedException {
    return publish(ModelSelection.pinned(model.run(), model.epoch(), clock.instant(), by));
  }

  /**
   * Goes back to the checkpoint before the selected one: see {@link ListedCheckpoints#before}.
   *
   * @throws CommandFailedException if there is none
   */
  public Selected rollBack(String by) throws InterruptedException {
    ListedCheckpoints all = registry.checkpoints();
    ListedCheckpoint serving =
        all.chosen(registry.selection(), this::stands)
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "nothing is before what is not there: %s has no checkpoint on the topic; pin one that ./rivulet models lists"
                            .formatted(registry.selection().inWords())));
    ModelDescription earlier =
        all.before(serving, this::stands)
            .flatMap(ListedCheckpoint::description)
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "%s is the oldest checkpoint on the topic; ./rivulet models lists them"
                            .formatted(serving.key())));
    return pin(earlier, by);
  }

  /**
   * Publishes a checkpoint, unless it is on the topic already.
   *
   * @return whether it was published
   * @throws CommandFailedException if the topic has other weights under its name
   */
  public boolean publish(SavedModel saved) throws InterruptedException {
    ModelDescription model = saved.description();
    Optional<ListedCheckpoint> same = registry.checkpoints().find(model.key());
    if (same.isPresent()) {
      boolean identical =
          same.get().description().filter(d -> d.sha256().equals(model.sha256())).isPresent();
      if (identical) {
        return false;
      }
      throw new CommandFailedException(
          "the topic has other weights as %s@%d; give these a name of their own with --name NAME"
              .formatted(model.run(), model.epoch()));
    }
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topics.checkpoints(), model.key(), saved.blob());
    Headers.put(record.headers(), Headers.RUN, model.run());
    Headers.put(record.headers(), Headers.EPOCH, model.epoch());
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw new KafkaException("the model could not be published", e.getCause());
    }
    awaitListed(model);
    return true;
  }

  /** A transaction that was begun before the record hides it until that has ended. */
  private void awaitListed(ModelDescription model) {
    long deadline = System.nanoTime() + LONGEST_TRANSACTION.toNanos();
    while (registry.checkpoints().find(model.key()).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CommandFailedException(
            "%s@%d is published, but an unfinished transaction of the trainer still hides it; ./rivulet models lists it when that has ended"
                .formatted(model.run(), model.epoch()));
      }
      registry.readOn(POLL);
    }
  }

  @Override
  public void close() {
    registry.close();
  }

  private Selected publish(ModelSelection selection) throws InterruptedException {
    ModelRegistry.select(kafka, topics, selection);
    return new Selected(
        selection, registry.checkpoints().chosen(selection).flatMap(ModelSummary::of));
  }

  private boolean stands(ListedCheckpoint listed) {
    return registry.read(listed).filter(b -> VerifiedCheckpoint.stands(listed, b)).isPresent();
  }

  private ModelDescription verified(ListedCheckpoint listed) {
    byte[] blob =
        registry
            .read(listed)
            .orElseThrow(
                () -> new CommandFailedException(listed.key() + " was dropped this very moment"));
    try {
      ModelDescription model = VerifiedCheckpoint.of(blob).description();
      if (model.key().equals(listed.key())) {
        return model;
      }
      throw new CommandFailedException(
          "checkpoint %s cannot be served: it says that it is %s"
              .formatted(listed.key(), model.key()));
    } catch (CheckpointRefusedException e) {
      throw new CommandFailedException(
          "checkpoint %s cannot be served: %s".formatted(listed.key(), e.getMessage()), e);
    }
  }

  private static IllegalArgumentException unknown(String run, Optional<Integer> epoch) {
    return new IllegalArgumentException(
        "run %s has no checkpoint%s on the topic; ./rivulet models lists them"
            .formatted(run, epoch.map(" of epoch %d"::formatted).orElse("")));
  }
}
