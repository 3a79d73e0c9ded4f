package dev.rivulet.trainer.train;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.RepeatedFailure;
import dev.rivulet.network.ComputeDevice;
import dev.rivulet.trainer.checkpoint.CheckpointRetention;
import dev.rivulet.trainer.checkpoint.ConsumedBatches;
import dev.rivulet.trainer.consume.ImageBatchConsumer;
import dev.rivulet.trainer.consume.RunFollower;
import dev.rivulet.trainer.measure.TrainerMetrics;
import dev.rivulet.trainer.runs.RunAutostart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What every session of this trainer works with.
 *
 * @param failure of Kafka, since the last commit
 * @param dataDir where models and histories go
 * @param checkpointInterval how long training may go on without a saved state
 * @param autostart requests the configured run, if there is one
 * @param threads of the engine
 * @param engineTrial throws if the engine can train nothing at all on a device
 * @param closing whether the service has been told to end
 */
public record TrainerEnvironment(
    KafkaConnection kafka,
    Topics topics,
    ImageBatchConsumer batches,
    RunFollower runs,
    ConsumedBatches consumedBatches,
    TrainerMetrics metrics,
    RepeatedFailure failure,
    Path dataDir,
    Duration checkpointInterval,
    CheckpointRetention retention,
    RunAutostart autostart,
    int threads,
    Consumer<ComputeDevice> engineTrial,
    BooleanSupplier closing) {}
