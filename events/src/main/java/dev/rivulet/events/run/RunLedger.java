package dev.rivulet.events.run;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** All runs as the events read so far tell them; safe to ask from any thread. */
public final class RunLedger {
  private static final List<RunStatus> TURNS =
      List.of(RunStatus.RUNNING, RunStatus.STOPPING, RunStatus.REQUESTED);

  private final Map<String, TrainingRun> runs = new ConcurrentSkipListMap<>();
  private final Set<String> overtaken = ConcurrentHashMap.newKeySet();

  /**
   * Takes in one event of {@code training-runs}; a tombstone forgets the run.
   *
   * @return the run as it stands now, or nothing after a tombstone
   * @throws EventFormatException if the record is no such event; the ledger is as before
   */
  public Optional<TrainingRun> apply(ConsumerRecord<String, byte[]> record) {
    String where = "%s offset %d: ".formatted(record.topic(), record.offset());
    if (record.key() == null) {
      throw new EventFormatException(where + "a run's event needs the run id as its key");
    }
    if (record.value() == null) {
      runs.remove(record.key());
      overtaken.remove(record.key());
      return Optional.empty();
    }
    TrainingRun event;
    try {
      event = EventJson.read(record.value(), TrainingRun.class);
    } catch (EventFormatException e) {
      throw new EventFormatException(where + e.getMessage(), e);
    }
    if (!event.id().equals(record.key())) {
      throw new EventFormatException(where + "key and run id differ");
    }
    TrainingRun run = merge(event);
    if (run.status().ended() && !event.status().ended()) {
      overtaken.add(run.id());
    } else {
      overtaken.remove(run.id());
    }
    return Optional.of(run);
  }

  /** Takes in an event that this process published itself, before it comes back from Kafka. */
  public TrainingRun merge(TrainingRun event) {
    return runs.merge(event.id(), event, TrainingRun::mergedWith);
  }

  /**
   * Runs that have ended, although the last of their events was written in ignorance of that. All
   * readers know better as long as both are there, but compaction keeps the last one alone: the end
   * should be said again.
   */
  public List<TrainingRun> overtakenEnds() {
    return overtaken.stream().sorted().map(runs::get).toList();
  }

  /** Takes note that this process said the run's end again. */
  public void repeated(TrainingRun end) {
    overtaken.remove(end.id());
  }

  public Optional<TrainingRun> find(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  /** All runs, in the order of their requests. */
  public Collection<TrainingRun> all() {
    return runs.values().stream()
        .sorted(Comparator.comparing(TrainingRun::requestedAt).thenComparing(TrainingRun::id))
        .toList();
  }

  /**
   * The run whose turn it is: the one that is under way, or else the oldest that has not ended. A
   * run that is resumed is older than those that were requested meanwhile, and waits nevertheless.
   */
  public Optional<TrainingRun> current() {
    return all().stream()
        .filter(run -> !run.status().ended())
        .min(Comparator.comparing(run -> TURNS.indexOf(run.status())));
  }

  /**
   * The event that stops a run: the trainer saves the model of the one whose turn it is; one that
   * waits for its turn has nothing to save and has stopped with it.
   */
  public TrainingRun stop(TrainingRun run, Instant now) {
    boolean waits =
        run.status() == RunStatus.REQUESTED
            && current().filter(other -> !other.id().equals(run.id())).isPresent();
    return waits
        ? run.ended(RunStatus.STOPPED, now, Optional.of("stopped before its turn came"))
        : run.stopping();
  }
}
