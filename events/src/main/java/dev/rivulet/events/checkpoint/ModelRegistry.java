package dev.rivulet.events.checkpoint;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Which checkpoints there are and which is selected: the topics {@code checkpoints} and {@code
 * model-selection}, read together from their beginning, outside of any group.
 *
 * <p>Weights are read when somebody wants them; those of the newest alone are at hand. Not
 * thread-safe.
 */
public final class ModelRegistry implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  // several checkpoints a fetch, so that a burst is seen as one
  private static final int FETCH_BYTES = 16 << 20;

  private final TopicPartition checkpointPartition;
  private final TopicPartition selectionPartition;
  private final Consumer<String> notices;
  private final KafkaConsumer<String, byte[]> consumer;
  private final CheckpointReader reader;

  // oldest first
  private final Map<String, ListedCheckpoint> checkpoints = new LinkedHashMap<>();
  private ModelSelection selection = ModelSelection.DEFAULT;
  private ConsumerRecord<String, byte[]> newest;
  private boolean changed = true;

  /**
   * @param notices is told about records that are no selection; they are passed over
   * @throws KafkaException if a client cannot be made
   */
  public ModelRegistry(KafkaConnection kafka, Topics topics, Consumer<String> notices) {
    this.notices = notices;
    checkpointPartition = new TopicPartition(topics.checkpoints(), 0);
    selectionPartition = new TopicPartition(topics.modelSelection(), 0);
    consumer = kafka.consumer(Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES));
    try {
      reader = new CheckpointReader(kafka, topics.checkpoints());
    } catch (KafkaException e) {
      consumer.close(CloseOptions.timeout(CLOSING));
      throw e;
    }
    consumer.assign(partitions());
    consumer.seekToBeginning(partitions());
  }

  /**
   * Publishes a selection; replicas follow it when it is there.
   *
   * @throws KafkaException if the cluster does not take it within some seconds
   */
  public static void select(KafkaConnection kafka, Topics topics, ModelSelection selection)
      throws InterruptedException {
    try (KafkaProducer<String, byte[]> producer = impatient(kafka).producer()) {
      producer
          .send(
              new ProducerRecord<>(
                  topics.modelSelection(), ModelSelection.KEY, EventJson.write(selection)))
          .get();
    } catch (ExecutionException e) {
      throw new KafkaException("the selection could not be published", e.getCause());
    }
  }

  /**
   * Takes in what came, waiting for the first record up to {@code timeout}.
   *
   * @return whether there is something new, and all that both topics have by now is taken in
   */
  public boolean readOn(Duration timeout) {
    takeIn(consumer.poll(timeout));
    boolean news = changed && partitions().stream().allMatch(this::isRead);
    changed &= !news;
    return news;
  }

  /** Takes in all that both topics have by now. */
  public void readToEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
    while (partitions().stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      takeIn(consumer.poll(POLL));
    }
  }

  /** The checkpoints that are neither replaced nor dropped. */
  public ListedCheckpoints checkpoints() {
    return new ListedCheckpoints(new ArrayList<>(checkpoints.values()));
  }

  public ModelSelection selection() {
    return selection;
  }

  /** The checkpoint's bytes; nothing if the broker has dropped them since it was listed. */
  public Optional<byte[]> read(ListedCheckpoint checkpoint) {
    return newest != null && newest.offset() == checkpoint.offset()
        ? Optional.of(newest.value())
        : reader.read(checkpoint);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSING));
    reader.close();
  }

  /** Somebody waits for it to be done. */
  private static KafkaConnection impatient(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.settings());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    return new KafkaConnection(settings);
  }

  private List<TopicPartition> partitions() {
    return List.of(checkpointPartition, selectionPartition);
  }

  private boolean isRead(TopicPartition partition) {
    return consumer.currentLag(partition).orElse(Long.MAX_VALUE) == 0;
  }

  private void takeIn(ConsumerRecords<String, byte[]> records) {
    changed |= !records.isEmpty();
    records.records(checkpointPartition).forEach(this::takeInCheckpoint);
    records.records(selectionPartition).forEach(this::takeInSelection);
  }

  private void takeInCheckpoint(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null) {
      notices.accept(where(record) + "a checkpoint needs run/epoch as its key");
      return;
    }
    checkpoints.remove(record.key());
    if (record.value() != null) {
      checkpoints.put(record.key(), ListedCheckpoint.of(record));
      newest = record;
    }
  }

  private void takeInSelection(ConsumerRecord<String, byte[]> record) {
    if (!ModelSelection.KEY.equals(record.key())) {
      notices.accept(where(record) + "a selection has the key " + ModelSelection.KEY);
    } else if (record.value() == null) {
      selection = ModelSelection.DEFAULT;
    } else {
      try {
        selection = EventJson.read(record.value(), ModelSelection.class);
      } catch (EventFormatException e) {
        notices.accept(where(record) + e.getMessage());
      }
    }
  }

  private static String where(ConsumerRecord<?, ?> record) {
    return "passed over %s offset %d: ".formatted(record.topic(), record.offset());
  }
}
