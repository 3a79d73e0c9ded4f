package dev.rivulet.inference;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.network.InitialWeights;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A checkpoint of a network so small that a test can load dozens; its weights depend on epoch. */
public record TinyCheckpoint(ModelDescription description, Weights weights) {
  public static final List<String> CLASSES = List.of("ant", "bee", "cat", "dog");

  public static TinyCheckpoint of(String run, int epoch) {
    return of(run, epoch, CLASSES);
  }

  public static TinyCheckpoint of(String run, int epoch, List<String> classes) {
    NetworkConfig config = new NetworkConfig(8, List.of(1, 1), List.of(1, 1), CLASSES.size());
    return of(
        run, epoch, classes, new Weights(config, InitialWeights.glorotUniform(config, epoch)));
  }

  private static TinyCheckpoint of(String run, int epoch, List<String> classes, Weights weights) {
    ModelDescription description =
        new ModelDescription(
            run,
            epoch,
            100L * epoch,
            "shapes",
            classes,
            1.5,
            0.5,
            weights.sha256(),
            Instant.parse("2026-01-01T00:00:00Z"));
    return new TinyCheckpoint(description, weights);
  }

  /** The same weights with another validation accuracy. */
  public TinyCheckpoint withAccuracy(double accuracy) {
    ModelDescription other =
        new ModelDescription(
            description.run(),
            description.epoch(),
            description.step(),
            description.dataset(),
            description.classes(),
            description.validationLoss(),
            accuracy,
            description.sha256(),
            description.createdAt());
    return new TinyCheckpoint(other, weights);
  }

  /** The same checkpoint with one weight changed; its checksum is that of the changed weights. */
  public TinyCheckpoint withWeight(int index, float value) {
    float[] changed = weights.values().clone();
    changed[index] = value;
    return of(
        description.run(),
        description.epoch(),
        description.classes(),
        new Weights(weights.config(), changed));
  }

  public byte[] blob() {
    return weights.toSafeTensors(description.toMetadata()).toBytes();
  }

  /** The blob with other metadata here and there, and the checksum of those. */
  public byte[] blobWith(Map<String, String> changes) {
    Map<String, String> metadata = new HashMap<>(description.toMetadata());
    metadata.putAll(changes);
    return weights.toSafeTensors(ModelDescription.withChecksum(metadata)).toBytes();
  }

  public ProducerRecord<String, byte[]> toRecord(String topic) {
    return new ProducerRecord<>(topic, description.key(), blob());
  }
}
