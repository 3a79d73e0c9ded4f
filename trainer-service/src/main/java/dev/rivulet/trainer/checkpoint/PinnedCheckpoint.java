package dev.rivulet.trainer.checkpoint;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Which checkpoint inference is told to stay with. */
public final class PinnedCheckpoint {
  private static final Logger LOG = Logger.getLogger(PinnedCheckpoint.class);

  private ModelSelection selection = ModelSelection.DEFAULT;

  private PinnedCheckpoint() {}

  /** The run's epoch that is pinned by now; nothing if none is. */
  public static Optional<Integer> epochOf(KafkaConnection kafka, String topic, String run) {
    PinnedCheckpoint pinned = new PinnedCheckpoint();
    try (TopicReader reader = TopicReader.fromBeginning(kafka, topic)) {
      reader.readToEnd(pinned::apply);
    }
    return pinned.selection.run().filter(run::equals).flatMap(same -> pinned.selection.epoch());
  }

  private void apply(ConsumerRecord<String, byte[]> record) {
    if (!ModelSelection.KEY.equals(record.key())) {
      return;
    }
    if (record.value() == null) {
      selection = ModelSelection.DEFAULT;
      return;
    }
    try {
      selection = EventJson.read(record.value(), ModelSelection.class);
    } catch (EventFormatException e) {
      // inference passes over it too, so what was selected before still holds
      LOG.warnf("Skipping %s offset %d: %s", record.topic(), record.offset(), e.getMessage());
    }
  }
}
