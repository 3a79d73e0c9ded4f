package dev.rivulet.events.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.Headers;
import dev.rivulet.events.tensor.SafeTensors;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBatchTest {
  private static final String RUN = "20260131-120000-9f3c";

  @ParameterizedTest
  @CsvSource({"1, 1", "32, 1", "256, 1", "257, 2", "512, 2", "700, 3"})
  void carriesABatchInParts(int images, int parts) {
    LabelledImages whole = LabelledImagesTest.images(images, 7);
    List<ImageBatch> read = new ArrayList<>();
    for (ImageBatch part : ImageBatch.parts(RUN, 1, 2, 3, whole)) {
      read.add(ImageBatch.fromRecord(consumed(part.toRecord("batches"))));
    }

    assertThat(read).hasSize(parts);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Integer> labels = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      assertThat(read.get(part).position())
          .isEqualTo(new ImageBatch.Position(RUN, 1, 2, 3, part, parts));
      assertThat(read.get(part).position().lastPart()).isEqualTo(part == parts - 1);
      assertThat(read.get(part).content().size()).isLessThanOrEqualTo(ImageBatch.PART_IMAGES);
      bytes.writeBytes(read.get(part).content().images());
      IntStream.of(read.get(part).content().labels()).forEach(labels::add);
    }
    assertThat(bytes.toByteArray()).isEqualTo(whole.images());
    assertThat(labels).containsExactlyElementsOf(IntStream.of(whole.labels()).boxed().toList());
  }

  @Test
  void fitsIntoARecordOfTheBrokersDefaultSize() {
    LabelledImages most = LabelledImagesTest.images(ImageBatch.PART_IMAGES, 65_535);

    assertThat(ImageBatch.parts(RUN, 1, 2, 3, most).get(0).toRecord("batches").value().length)
        .isLessThan(1_000_000);
  }

  @Test
  void tellsItsPlaceInHeadersThatNeedNoValue() {
    ConsumerRecord<String, byte[]> record = record();

    assertThat(record.key()).isEqualTo(RUN);
    assertThat(ImageBatch.Position.of(with(record, new byte[] {1})))
        .isEqualTo(new ImageBatch.Position(RUN, 0, 1, 2, 0, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "attempt", "epoch", "batch", "part", "parts"})
  void namesTheRecordThatLacksAHeader(String header) {
    ConsumerRecord<String, byte[]> record = record();
    record.headers().remove(header);

    assertForeign(record, "no header " + header);
  }

  @ParameterizedTest
  @CsvSource({
    "attempt, -1",
    "epoch, 0",
    "batch, -1",
    "part, -1",
    "part, 1",
    "parts, 0",
    "epoch, many",
    "epoch, 1.0",
    "epoch, 99999999999",
    "epoch, ''"
  })
  void namesTheRecordWhosePlaceIsImpossible(String header, String value) {
    ConsumerRecord<String, byte[]> record = record();
    record.headers().remove(header);
    Headers.put(record.headers(), header, value);

    assertForeign(record, "");
  }

  @Test
  void namesTheRecordWhoseValueIsForeign() {
    assertForeign(with(record(), null), "no value");
    assertForeign(with(record(), new byte[] {1, 2, 3}), "not safetensors");
    assertForeign(with(record(), imagesWithoutLabels()), "no tensor labels");
  }

  private static ConsumerRecord<String, byte[]> record() {
    return consumed(
        ImageBatch.parts(RUN, 0, 1, 2, LabelledImagesTest.images(2, 1)).get(0).toRecord("batches"));
  }

  private static void assertForeign(ConsumerRecord<String, byte[]> record, String why) {
    assertThatThrownBy(() -> ImageBatch.fromRecord(record))
        .isInstanceOf(EventFormatException.class)
        .hasMessageStartingWith("batches offset 41 is not an image batch: ")
        .hasMessageContaining(why);
  }

  private static ConsumerRecord<String, byte[]> with(
      ConsumerRecord<String, byte[]> record, byte[] otherValue) {
    return consumed(
        new ProducerRecord<>(record.topic(), null, record.key(), otherValue, record.headers()));
  }

  static ConsumerRecord<String, byte[]> consumed(ProducerRecord<String, byte[]> sent) {
    return new ConsumerRecord<>(
        sent.topic(),
        0,
        41,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        sent.key(),
        sent.value(),
        new RecordHeaders(sent.headers().toArray()),
        Optional.empty());
  }

  private static byte[] imagesWithoutLabels() {
    SafeTensors whole = LabelledImagesTest.images(1, 0).toTensors(Map.of());
    return SafeTensors.of(List.of(whole.tensor("images")), Map.of()).toBytes();
  }
}
