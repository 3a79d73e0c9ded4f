package dev.rivulet.chaos;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.tensor.SafeTensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the only run of a pipeline left on the topics, as far as it may not depend on the weather.
 *
 * @param sha256 of the last checkpoint's weights
 * @param steps that those weights have seen
 * @param epochs what each metrics event says, without times, in the order of the topic
 * @param batches checksum by epoch, batch and part
 * @param repeated batches that a reader saw more than once
 */
record TrainedRun(
    String sha256,
    long steps,
    List<String> epochs,
    Map<String, Long> batches,
    List<String> repeated) {

  /** Of a finished run. */
  static TrainedRun read(KafkaConnection kafka, BatchLedger ledger) {
    List<ModelDescription> checkpoints = new ArrayList<>();
    read(
        kafka,
        Topics.DEFAULT.checkpoints(),
        value -> checkpoints.add(ModelDescription.fromMetadata(SafeTensors.read(value))));
    List<String> epochs = new ArrayList<>();
    read(
        kafka,
        Topics.DEFAULT.trainingMetrics(),
        value -> epochs.add(facts(EventJson.read(value, EpochCompleted.class))));
    ModelDescription last = checkpoints.get(checkpoints.size() - 1);
    return new TrainedRun(
        last.sha256(), last.step(), epochs, ledger.checksums(), ledger.repeated());
  }

  private static void read(KafkaConnection kafka, String topic, Consumer<byte[]> value) {
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(
          record -> {
            if (record.value() != null) {
              value.accept(record.value());
            }
          });
    }
  }

  private static String facts(EpochCompleted epoch) {
    return "epoch %d: %d images, train %s, validation %s"
        .formatted(epoch.epoch(), epoch.images(), epoch.train(), epoch.validation());
  }

  /** In what way this run is not what it would have been without the storm; nothing if it is. */
  List<String> differencesFrom(TrainedRun calm) {
    List<String> differences = new ArrayList<>();
    if (!sha256.equals(calm.sha256)) {
      differences.add("weights %s instead of %s".formatted(sha256, calm.sha256));
    }
    if (steps != calm.steps) {
      differences.add("%d steps instead of %d".formatted(steps, calm.steps));
    }
    if (!epochs.equals(calm.epochs)) {
      differences.add("metrics %s instead of %s".formatted(epochs, calm.epochs));
    }
    if (!repeated.isEmpty()) {
      differences.add("batches published twice: " + repeated);
    }
    if (!batches.equals(calm.batches)) {
      Set<String> missing = new HashSet<>(calm.batches.keySet());
      missing.removeAll(batches.keySet());
      differences.add(
          "%d batches instead of %d, missing %s, or others in them"
              .formatted(batches.size(), calm.batches.size(), missing));
    }
    return differences;
  }
}
