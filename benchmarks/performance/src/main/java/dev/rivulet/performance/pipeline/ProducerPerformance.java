package dev.rivulet.performance.pipeline;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.TrialFailedException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;

/** Kafka's own test of a producer: how it is called, and what it prints. */
public final class ProducerPerformance {
  public static final String MAIN_CLASS = "org.apache.kafka.tools.ProducerPerformance";

  // "6144 records sent, 158.4 records/sec (118.72 MB/sec), 207.90 ms avg latency, …"; its MB are
  // MiB
  private static final Pattern LINE =
      Pattern.compile("(\\d+) records sent, .*\\(([0-9.]+) MB/sec\\).*");

  private ProducerPerformance() {}

  /** It writes to the topic of batches, which nobody reads then. */
  public static Object[] arguments(KafkaConnection kafka, long records, int recordBytes) {
    return List.of(
            "--topic",
            Topics.DEFAULT.trainingBatches(),
            "--num-records",
            records,
            "--record-size",
            recordBytes,
            "--throughput",
            "-1",
            "--producer-props",
            "bootstrap.servers=" + kafka.bootstrapServers(),
            "acks=all",
            "buffer.memory=" + (128 << 20),
            "batch.size=" + (256 << 10),
            "max.request.size=" + (80 << 20))
        .toArray();
  }

  /**
   * Reads its last line, which sums up.
   *
   * @throws TrialFailedException if there is none
   */
  public static Measured parse(String output) {
    Matcher last = null;
    for (String line : output.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        last = matcher;
      }
    }
    if (last == null) {
      throw new TrialFailedException("no result of kafka-producer-perf-test in: " + output.strip());
    }
    return Measured.of(
        "kafka-producer-perf-test " + AppInfoParser.getVersion(),
        PublishedEpochs.MIB_PER_SECOND,
        Double.parseDouble(last.group(2)));
  }
}
