package dev.rivulet.events.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationBatchTest {
  private static final LabelledImages IMAGES = LabelledImagesTest.images(2, 300);

  @Test
  void readsBackWhatItWrites() {
    ProducerRecord<String, byte[]> record =
        new ValidationBatch("my/set-1f", 12, IMAGES).toRecord("validation");
    ValidationBatch read = ValidationBatch.fromRecord(ImageBatchTest.consumed(record));

    assertThat(record.key()).isEqualTo("my/set-1f/12");
    assertThat(read.dataset()).isEqualTo("my/set-1f");
    assertThat(read.index()).isEqualTo(12);
    assertThat(read.content().images()).isEqualTo(IMAGES.images());
    assertThat(read.content().labels()).isEqualTo(IMAGES.labels());
  }

  @Test
  void writesTheSameBytesInEveryProcess() {
    byte[] blob = new ValidationBatch("set", 0, IMAGES).toRecord("validation").value();

    assertThat(new String(blob, 8, 100, StandardCharsets.US_ASCII))
        .startsWith("{\"__metadata__\":{\"dataset\":\"set\",\"index\":\"0\"},\"images\"");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "256, 1", "257, 2", "10000, 40"})
  void countsTheRecordsOfASet(int images, int records) {
    assertThat(ValidationBatch.count(images)).isEqualTo(records);
  }

  @ParameterizedTest
  @CsvSource({"-1", "4294967296", "x", "''"})
  void refusesAnImpossibleIndex(String index) {
    assertForeign(record("set/0", Map.of("dataset", "set", "index", index)));
  }

  @Test
  void refusesForeignRecords() {
    assertForeign(new ProducerRecord<>("validation", "set/0", null));
    assertForeign(new ProducerRecord<>("validation", "set/0", new byte[9]));
    assertForeign(record("set/0", Map.of("dataset", "set")));
    assertForeign(record("set/0", Map.of("index", "0")));
  }

  @Test
  void refusesARecordUnderTheKeyOfAnother() {
    assertForeign(record("set/1", Map.of("dataset", "set", "index", "0")));
    assertForeign(record(null, Map.of("dataset", "set", "index", "0")));
  }

  private static ProducerRecord<String, byte[]> record(String key, Map<String, String> facts) {
    return new ProducerRecord<>("validation", key, IMAGES.toTensors(facts).toBytes());
  }

  private static void assertForeign(ProducerRecord<String, byte[]> record) {
    ConsumerRecord<String, byte[]> consumed = ImageBatchTest.consumed(record);
    assertThatThrownBy(() -> ValidationBatch.fromRecord(consumed))
        .isInstanceOf(EventFormatException.class)
        .hasMessageStartingWith("validation offset 41 is not a validation batch: ");
  }
}
