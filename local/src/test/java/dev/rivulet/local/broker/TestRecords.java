package dev.rivulet.local.broker;

import dev.rivulet.events.kafka.KafkaConnection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes what a test is about; flushing or closing a producer hides that a record was lost. */
public final class TestRecords {
  private TestRecords() {}

  /** Returns when all are acknowledged, and fails if one is not. */
  public static void publish(KafkaConnection kafka, List<ProducerRecord<String, byte[]>> records) {
    try (KafkaProducer<String, byte[]> producer = kafka.producer()) {
      publish(producer, records);
    }
  }

  /** The same with a producer of the caller's. */
  public static <K> void publish(
      KafkaProducer<K, byte[]> producer, List<ProducerRecord<K, byte[]>> records) {
    List<? extends Future<?>> sends = records.stream().map(producer::send).toList();
    for (int i = 0; i < sends.size(); i++) {
      try {
        sends.get(i).get();
      } catch (ExecutionException e) {
        throw new AssertionError(
            "record %d of %d was not published".formatted(i + 1, sends.size()), e.getCause());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
