package dev.rivulet.chaos;

import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.network.InitialWeights;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes a checkpoint with other weights again and again, as a very fast trainer would. */
final class CheckpointSource implements AutoCloseable {
  private static final List<String> CLASSES =
      List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  private static final NetworkConfig NETWORK = NetworkConfig.of(16, CLASSES.size());

  private final KafkaProducer<String, byte[]> producer;
  private final Duration pause;
  private final Thread thread = new Thread(this::publish, "checkpoints");
  private volatile int published;

  private CheckpointSource(KafkaConnection kafka, Duration pause) {
    this.producer = kafka.producer();
    this.pause = pause;
  }

  static CheckpointSource start(KafkaConnection kafka, Duration pause) {
    CheckpointSource source = new CheckpointSource(kafka, pause);
    source.thread.start();
    return source;
  }

  int published() {
    return published;
  }

  private void publish() {
    try {
      while (true) {
        int epoch = published + 1;
        Weights weights = new Weights(NETWORK, InitialWeights.glorotUniform(NETWORK, epoch));
        ModelDescription model =
            new ModelDescription(
                "chaos",
                epoch,
                epoch,
                "noise",
                CLASSES,
                Math.log(CLASSES.size()),
                1.0 / CLASSES.size(),
                weights.sha256(),
                Instant.now());
        producer.send(
            new ProducerRecord<>(
                Topics.DEFAULT.checkpoints(),
                model.key(),
                weights.toSafeTensors(model.toMetadata()).toBytes()));
        published = epoch;
        Thread.sleep(pause.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    producer.close();
  }
}
