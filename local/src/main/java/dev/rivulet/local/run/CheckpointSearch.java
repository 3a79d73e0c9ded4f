package dev.rivulet.local.run;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.network.Weights;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Finds a run's checkpoint on its topic, and what the other topics know of it.
 *
 * @param notices is told about records that are no such events; they are passed over
 */
public record CheckpointSearch(KafkaConnection kafka, Topics topics, Consumer<String> notices) {

  /**
   * @param epoch without it, the run's newest checkpoint is taken
   * @throws CommandFailedException if the topic has no such checkpoint
   */
  public TrainedModel find(String run, Optional<Integer> epoch) {
    try (RunEvents events = RunEvents.read(kafka, topics, notices)) {
      SafeTensors tensors = SafeTensors.read(newest(run, epoch, events));
      ModelDescription model = ModelDescription.fromMetadata(tensors);
      Optional<EpochCompleted> completed =
          events.epochs(run).stream().filter(e -> e.epoch() == model.epoch()).findFirst();
      return new TrainedModel(
          model, Weights.fromSafeTensors(tensors), events.ledger().find(run), completed);
    }
  }

  private byte[] newest(String run, Optional<Integer> epoch, RunEvents events) {
    Candidate candidate = new Candidate(epoch);
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topics.checkpoints())) {
      reader.readToEnd(
          record -> epochOf(record, run).ifPresent(each -> candidate.offer(each, record.value())));
    }
    if (candidate.blob == null && epoch.isEmpty() && !candidate.kept.isEmpty()) {
      // the newest was dropped after all, and those before it were passed over
      return newest(run, Optional.of(candidate.kept.last()), events);
    }
    if (candidate.blob == null) {
      throw missing(run, epoch, candidate.kept, events);
    }
    return candidate.blob;
  }

  /** The best blob so far, and no other, because they are large. */
  private static final class Candidate {
    private final Optional<Integer> wanted;
    private final SortedSet<Integer> kept = new TreeSet<>();
    private int epoch;
    private byte[] blob;

    private Candidate(Optional<Integer> wanted) {
      this.wanted = wanted;
    }

    /**
     * @param value null if the checkpoint has been dropped
     */
    private void offer(int offered, byte[] value) {
      if (value == null) {
        kept.remove(offered);
        blob = offered == epoch ? null : blob;
        return;
      }
      kept.add(offered);
      if (wanted.map(epoch -> epoch == offered).orElse(offered >= epoch)) {
        epoch = offered;
        blob = value;
      }
    }
  }

  private static Optional<Integer> epochOf(ConsumerRecord<String, byte[]> record, String run) {
    String prefix = run + "/";
    if (record.key() == null || !record.key().startsWith(prefix)) {
      return Optional.empty();
    }
    String epoch = record.key().substring(prefix.length());
    return epoch.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(epoch)) : Optional.empty();
  }

  private CommandFailedException missing(
      String run, Optional<Integer> epoch, SortedSet<Integer> kept, RunEvents events) {
    if (kept.isEmpty() && events.ledger().find(run).isEmpty()) {
      return new CommandFailedException("no run %s; ./rivulet runs lists them".formatted(run));
    }
    if (kept.isEmpty()) {
      return new CommandFailedException(
          "run %s has no checkpoint; the first appears after its first epoch".formatted(run));
    }
    return new CommandFailedException(
        "run %s has no checkpoint of epoch %d; there are those of epochs %s (the newest and the best are kept)"
            .formatted(
                run,
                epoch.orElseThrow(),
                kept.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }
}
