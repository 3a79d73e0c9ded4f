package dev.rivulet.performance.pipeline;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.network.InitialWeights;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Checkpoints of the default network; what it has learned does not change how long it takes. */
public final class PublishedModel implements AutoCloseable {
  public static final NetworkConfig NETWORK = NetworkConfig.of(32, 10);

  private static final List<String> CLASSES =
      List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

  private final KafkaProducer<String, byte[]> producer;

  // made beforehand: a trainer's work would take a processor from those who are measured meanwhile
  private final List<Checkpoint> inTurns = List.of(Checkpoint.of(1), Checkpoint.of(2));

  private int published;

  private record Checkpoint(String key, byte[] blob) {
    private static Checkpoint of(int epoch) {
      Weights weights = weights(epoch);
      ModelDescription model = describe(epoch, weights);
      return new Checkpoint(model.key(), weights.toSafeTensors(model.toMetadata()).toBytes());
    }
  }

  public PublishedModel(KafkaConnection kafka) {
    producer = kafka.producer();
  }

  /** Different ones for each seed. */
  public static Weights weights(int seed) {
    return new Weights(NETWORK, InitialWeights.glorotUniform(NETWORK, seed));
  }

  public static ModelDescription describe(int epoch, Weights weights) {
    return new ModelDescription(
        "performance",
        epoch,
        epoch,
        "noise",
        CLASSES,
        Math.log(CLASSES.size()),
        1.0 / CLASSES.size(),
        weights.sha256(),
        Instant.now());
  }

  /** Publishes a checkpoint with other weights than the last one's; it then serves. */
  public void publishNext() throws InterruptedException {
    Checkpoint next = inTurns.get(published++ % inTurns.size());
    try {
      producer.send(new ProducerRecord<>(Topics.DEFAULT.checkpoints(), next.key, next.blob)).get();
    } catch (ExecutionException e) {
      throw new KafkaException("a checkpoint could not be published", e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
