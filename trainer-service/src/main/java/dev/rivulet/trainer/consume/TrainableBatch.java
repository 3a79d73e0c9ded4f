package dev.rivulet.trainer.consume;

import dev.rivulet.events.batch.LabelledImages;

/**
 * A whole batch as it came from Kafka, its parts put together.
 *
 * @param epoch from 1
 * @param batch zero-based within the epoch
 * @param firstOffset of its first part; records before it are of no more use once it is
 *     checkpointed
 * @param nextOffset the offset after its last part
 */
public record TrainableBatch(
    int epoch, int batch, LabelledImages content, long firstOffset, long nextOffset) {}
