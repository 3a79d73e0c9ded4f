package dev.rivulet.ingest.publish;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.ingest.dataset.Datasets;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * What every run is fed with.
 *
 * @param windowImages how many images ingest may be ahead of what the trainer has consumed
 * @param workers load data sets and put batches together
 * @param closing whether the service has been told to end
 */
public record IngestEnvironment(
    KafkaConnection kafka,
    Topics topics,
    Admin admin,
    Datasets datasets,
    IngestMetrics metrics,
    int windowImages,
    ExecutorService workers,
    BooleanSupplier closing) {}
