package dev.rivulet.chaos;

import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.ImageBatch.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Every batch that a reader of {@code training-batches} sees, and a checksum of what is in it. */
final class BatchLedger implements Consumer<ConsumerRecord<String, byte[]>> {
  private final Map<String, Long> checksums = new TreeMap<>();
  private final List<String> repeated = new ArrayList<>();

  @Override
  public synchronized void accept(ConsumerRecord<String, byte[]> record) {
    ImageBatch batch = ImageBatch.fromRecord(record);
    Position at = batch.position();
    String address = "%04d/%05d/%02d".formatted(at.epoch(), at.batch(), at.part());
    CRC32 checksum = new CRC32();
    checksum.update(batch.content().images());
    for (int label : batch.content().labels()) {
      checksum.update(label);
    }
    if (checksums.put(address, checksum.getValue()) != null) {
      repeated.add(address);
    }
  }

  /** Checksums by epoch, batch and part. */
  synchronized Map<String, Long> checksums() {
    return new TreeMap<>(checksums);
  }

  /** What came more than once. */
  synchronized List<String> repeated() {
    return List.copyOf(repeated);
  }
}
