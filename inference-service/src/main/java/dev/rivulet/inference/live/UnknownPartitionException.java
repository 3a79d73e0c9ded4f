package dev.rivulet.inference.live;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Says that a topic has no such partition, so that nobody waits for it. */
class UnknownPartitionException extends KafkaException {
  private static final long serialVersionUID = 1L;

  UnknownPartitionException(TopicPartition partition) {
    super("topic %s has no partition %d".formatted(partition.topic(), partition.partition()));
  }
}
