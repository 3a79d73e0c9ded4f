package dev.rivulet.trainer.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.checkpoint.TrainerPosition;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BatchAssemblyTest {
  private static final String RUN = "run-1";
  private static final int BATCHES_PER_EPOCH = 2;

  private long nextOffset = 100;

  @Test
  void putsPartsTogetherInOrder() {
    BatchAssembly assembly = from(TrainerPosition.start(RUN, 0));
    LabelledImages images = images(600);
    Optional<TrainableBatch> whole = Optional.empty();
    for (ImageBatch part : ImageBatch.parts(RUN, 0, 1, 0, images)) {
      assertThat(whole).isEmpty();
      whole = assembly.add(record(part));
    }
    assertThat(whole).isPresent();
    assertThat(whole.get().content().images()).isEqualTo(images.images());
    assertThat(whole.get().content().labels()).isEqualTo(images.labels());
    assertThat(whole.get().firstOffset()).isEqualTo(100);
    assertThat(whole.get().nextOffset()).isEqualTo(103);
  }

  @Test
  void goesOnToTheNextEpochAfterTheLastBatch() {
    BatchAssembly assembly = from(TrainerPosition.start(RUN, 0));
    assertThat(add(assembly, RUN, 0, 1, 0)).isPresent();
    assertThat(add(assembly, RUN, 0, 1, 1)).isPresent();
    TrainableBatch first = add(assembly, RUN, 0, 2, 0).orElseThrow();
    assertThat(first.epoch()).isEqualTo(2);
    assertThat(first.batch()).isZero();
  }

  @Test
  void passesOverOtherRunsOtherAttemptsAndThePast() {
    BatchAssembly assembly = from(TrainerPosition.start(RUN, 1));
    assertThat(add(assembly, "another", 1, 1, 0)).isEmpty();
    assertThat(add(assembly, RUN, 0, 1, 0)).isEmpty();
    assertThat(add(assembly, RUN, 1, 1, 0)).isPresent();
    assertThat(add(assembly, RUN, 1, 1, 0)).isEmpty();
    assertThat(add(assembly, RUN, 1, 1, 1)).isPresent();
  }

  @Test
  void refusesToTrainWithoutAMissingBatch() {
    BatchAssembly assembly = from(TrainerPosition.start(RUN, 0));
    assertThatThrownBy(() -> add(assembly, RUN, 0, 1, 1))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("epoch 1 batch 1 part 0 where epoch 1 batch 0 part 0 must come");
  }

  @Test
  void namesARecordOfTheRunThatIsNoBatch() {
    BatchAssembly assembly = from(TrainerPosition.start(RUN, 0));
    ConsumerRecord<String, byte[]> junk =
        new ConsumerRecord<>("training-batches", 0, 7, RUN, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> assembly.add(junk))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("training-batches offset 7 is not an image batch");
  }

  @Test
  void knowsThatABatchIsIncomplete() {
    BatchAssembly assembly = from(TrainerPosition.start(RUN, 0));
    assembly.add(record(ImageBatch.parts(RUN, 0, 1, 0, images(300)).get(0)));
    assertThat(assembly.incomplete()).isTrue();
  }

  private Optional<TrainableBatch> add(
      BatchAssembly assembly, String run, int attempt, int epoch, int batch) {
    return assembly.add(record(ImageBatch.parts(run, attempt, epoch, batch, images(2)).get(0)));
  }

  private static BatchAssembly from(TrainerPosition position) {
    return new BatchAssembly(position, BATCHES_PER_EPOCH);
  }

  private ConsumerRecord<String, byte[]> record(ImageBatch part) {
    ProducerRecord<String, byte[]> sent = part.toRecord("training-batches");
    return new ConsumerRecord<>(
        sent.topic(),
        0,
        nextOffset++,
        0,
        TimestampType.CREATE_TIME,
        0,
        sent.value().length,
        sent.key(),
        sent.value(),
        new RecordHeaders(sent.headers()),
        Optional.empty());
  }

  private static LabelledImages images(int n) {
    byte[] pixels = new byte[n * LabelledImages.IMAGE_BYTES];
    for (int i = 0; i < n; i++) {
      Arrays.fill(
          pixels, i * LabelledImages.IMAGE_BYTES, (i + 1) * LabelledImages.IMAGE_BYTES, (byte) i);
    }
    int[] labels = new int[n];
    Arrays.setAll(labels, i -> i % 10);
    return new LabelledImages(pixels, labels);
  }
}
