package dev.rivulet.trainer.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.local.broker.LoopbackPorts;
import dev.rivulet.local.broker.TestBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class ProgressPublisherIT {
  private final AtomicReference<RunProgress> latest = new AtomicReference<>();

  @Test
  void publishesWhatIsNewOnceASecondAtMost() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      KafkaConnection kafka = broker.connection();
      String topic = Topics.DEFAULT.trainingProgress();
      try (Admin admin = kafka.admin()) {
        new TopicCreation(admin).ensure(List.of(Topics.DEFAULT.trainingProgressSpec()));
      }
      try (TopicReader reader = TopicReader.fromEnd(kafka, topic);
          ProgressPublisher publisher = publisher(kafka, topic)) {
        publisher.start();
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (int images = 32; records.size() < 3; images += 32) {
          latest.set(progress(images));
          reader.poll(Duration.ofMillis(20)).forEach(records::add);
        }
        RunProgress last = latest.get();
        while (!imagesOf(records).contains(last.imagesDone())) {
          reader.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        // nothing is new from here on
        int told = records.size();
        reader.poll(Duration.ofMillis(2_500)).forEach(records::add);

        assertThat(records).hasSize(told).allMatch(record -> record.key().equals("run"));
        assertThat(imagesOf(records)).isSorted().doesNotHaveDuplicates();
        for (int i = 1; i < records.size(); i++) {
          assertThat(records.get(i).timestamp() - records.get(i - 1).timestamp())
              .isGreaterThan(900);
        }
      }
    }
  }

  @Test
  void endsSoonThoughNoBrokerAnswers() throws Exception {
    KafkaConnection nobody = KafkaConnection.to(LoopbackPorts.HOST + ":" + LoopbackPorts.anyFree());
    latest.set(progress(32));
    ProgressPublisher publisher = publisher(nobody, "training-progress");
    publisher.start();
    Thread.sleep(1_500);

    Instant before = Instant.now();
    publisher.close();
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(15));
  }

  private ProgressPublisher publisher(KafkaConnection kafka, String topic) {
    return new ProgressPublisher(kafka, topic, () -> Optional.ofNullable(latest.get()));
  }

  private static List<Integer> imagesOf(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream()
        .map(record -> EventJson.read(record.value(), RunProgress.class).imagesDone())
        .toList();
  }

  private static RunProgress progress(int images) {
    return new RunProgress("run", 1, 2, "training", images, 640, 320, 1.5, 0.25, "CPU");
  }
}
