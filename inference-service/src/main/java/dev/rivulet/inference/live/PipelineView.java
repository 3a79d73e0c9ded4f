package dev.rivulet.inference.live;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.RunLedger;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** All that the live page shows, as the events read so far tell it; safe to use from any thread. */
final class PipelineView {
  private static final Logger LOG = Logger.getLogger(PipelineView.class);

  private final Topics topics;
  private final RunLedger runs = new RunLedger();
  private final Map<String, RunHistory> histories = new HashMap<>();
  private final ImageStrip images;
  private Optional<Progress> progress = Optional.empty();

  PipelineView(Topics topics, long nowNanos) {
    this.topics = topics;
    this.images = new ImageStrip(topics, nowNanos);
  }

  /** How the run under way stood, and when. */
  record Progress(RunProgress now, Instant at) {}

  /**
   * The newest validation of a run.
   *
   * @param epoch that it followed
   */
  record Validation(int epoch, TrainingRun run, ValidationDetail detail) {}

  /** What a page needs that has just been opened. */
  record Snapshot(
      Instant now,
      Collection<TrainingRun> runs,
      Map<String, List<EpochPoint>> epochs,
      Optional<Progress> progress,
      List<ImageNews> images) {}

  /** News for pages that are open: the event's name and what is written as its JSON. */
  record News(String name, Object content) {}

  /**
   * Takes in a record of any of the topics; tells what is new, if that is for the pages to know.
   */
  synchronized Optional<News> apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.topic().equals(topics.trainingRuns())) {
        return run(record);
      } else if (record.topic().equals(topics.trainingMetrics())) {
        return epoch(record);
      } else if (record.topic().equals(topics.trainingProgress())) {
        return progress(record);
      }
      images.add(record);
    } catch (EventFormatException e) {
      LOG.warnf("the page passes over a record: %s", e.getMessage());
    }
    return Optional.empty();
  }

  /** The image events since the last call. */
  synchronized Optional<News> imageNews(long nowNanos) {
    return images.next(nowNanos).map(moment -> new News("images", moment));
  }

  synchronized Snapshot snapshot(Instant now) {
    Map<String, List<EpochPoint>> epochs = new TreeMap<>();
    histories.forEach((run, history) -> epochs.put(run, history.points()));
    return new Snapshot(now, runs.all(), epochs, progress, images.latest());
  }

  /** What the newest network of a run took the validation images for, if it was told. */
  synchronized Optional<Validation> validation(String run) {
    Optional<RunHistory> history = Optional.ofNullable(histories.get(run));
    return history
        .flatMap(RunHistory::detail)
        .flatMap(
            detail ->
                runs.find(run).map(r -> new Validation(history.get().detailedEpoch(), r, detail)));
  }

  private Optional<News> run(ConsumerRecord<byte[], byte[]> record) {
    Optional<TrainingRun> now = runs.apply(withTextKey(record));
    if (now.isEmpty()) {
      String forgotten = new String(record.key(), StandardCharsets.UTF_8);
      histories.remove(forgotten);
      return Optional.of(new News("forgotten", Map.of("id", forgotten)));
    }
    return Optional.of(new News("run", now.get()));
  }

  private Optional<News> epoch(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      // a tombstone of a run's epoch: its history goes with the run
      return Optional.empty();
    }
    EpochCompleted event = EventJson.read(record.value(), EpochCompleted.class);
    RunHistory history = histories.computeIfAbsent(event.run(), run -> new RunHistory());
    return Optional.of(new News("epoch", history.add(event)));
  }

  private Optional<News> progress(ConsumerRecord<byte[], byte[]> record) {
    RunProgress now = EventJson.read(record.value(), RunProgress.class);
    progress = Optional.of(new Progress(now, Instant.ofEpochMilli(record.timestamp())));
    return Optional.of(new News("progress", progress.get()));
  }

  private static ConsumerRecord<String, byte[]> withTextKey(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    return new ConsumerRecord<>(
        record.topic(), record.partition(), record.offset(), key, record.value());
  }
}
