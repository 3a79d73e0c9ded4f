package dev.rivulet.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.broker.TestBroker;
import dev.rivulet.local.broker.TestRecords;
import dev.rivulet.network.NetworkConfig;
import dev.rivulet.network.Weights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CheckpointSearchIT {
  private static final NetworkConfig NETWORK = NetworkConfig.of(8, 2);
  private static final Topics TOPICS = Topics.DEFAULT;

  private static TestBroker broker;
  private static CheckpointSearch search;

  @BeforeAll
  static void publishCheckpoints() throws InterruptedException {
    broker = TestBroker.start();
    KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
    search = new CheckpointSearch(kafka, TOPICS, notice -> {});
    try (Admin admin = kafka.admin()) {
      new TopicCreation(admin)
          .ensure(
              List.of(
                  TOPICS.trainingRunsSpec(),
                  TOPICS.trainingMetricsSpec(),
                  TOPICS.checkpointsSpec()));
    }
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (String id : List.of("run", "young")) {
      TrainingRun run = TrainingRun.requested(id, TrainingPlan.defaults(), Instant.EPOCH);
      records.add(new ProducerRecord<>(TOPICS.trainingRuns(), id, EventJson.write(run)));
    }
    for (int epoch : new int[] {1, 2, 9, 10}) {
      records.add(checkpoint("run", epoch));
    }
    records.add(checkpoint("run-of-another", 11));
    records.add(new ProducerRecord<>(TOPICS.checkpoints(), "run/2", null));
    records.add(checkpoint("imported", 4));
    for (int epoch : new int[] {1, 2, 3}) {
      records.add(checkpoint("trimmed", epoch));
    }
    records.add(new ProducerRecord<>(TOPICS.checkpoints(), "trimmed/3", null));
    TestRecords.publish(kafka, records);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void findsTheNewestOfTheRun() {
    TrainedModel model = search.find("run", Optional.empty());

    assertThat(model.description().key()).isEqualTo("run/10");
    assertThat(model.weights()).isEqualTo(weights(10));
    assertThat(model.run()).map(TrainingRun::id).contains("run");
    assertThat(model.epoch()).isEmpty();
  }

  @Test
  void findsTheOneOfAnEpoch() {
    assertThat(search.find("run", Optional.of(9)).weights()).isEqualTo(weights(9));
    assertThat(search.find("run", Optional.of(1)).weights()).isEqualTo(weights(1));
  }

  @Test
  void findsTheNewestThatIsLeft() {
    assertThat(search.find("trimmed", Optional.empty()).weights()).isEqualTo(weights(2));
  }

  @Test
  void findsOneWhoseRunIsNotKnown() {
    TrainedModel model = search.find("imported", Optional.empty());

    assertThat(model.description().epoch()).isEqualTo(4);
    assertThat(model.run()).isEmpty();
  }

  @Test
  void saysWhichThereAreInstead() {
    assertThatThrownBy(() -> search.find("run", Optional.of(2)))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("no checkpoint of epoch 2; there are those of epochs 1, 9, 10");
    assertThatThrownBy(() -> search.find("young", Optional.empty()))
        .hasMessageContaining("run young has no checkpoint");
    assertThatThrownBy(() -> search.find("nobody", Optional.of(1)))
        .hasMessageContaining("no run nobody; ./rivulet runs lists them");
  }

  private static ProducerRecord<String, byte[]> checkpoint(String run, int epoch) {
    Weights weights = weights(epoch);
    ModelDescription model =
        new ModelDescription(
            run,
            epoch,
            100L * epoch,
            "shapes",
            List.of("bar", "disc"),
            1,
            0.5,
            weights.sha256(),
            Instant.EPOCH);
    return new ProducerRecord<>(
        TOPICS.checkpoints(), model.key(), weights.toSafeTensors(model.toMetadata()).toBytes());
  }

  private static Weights weights(int epoch) {
    float[] values = new float[NETWORK.parameterCount()];
    values[0] = epoch;
    return new Weights(NETWORK, values);
  }
}
