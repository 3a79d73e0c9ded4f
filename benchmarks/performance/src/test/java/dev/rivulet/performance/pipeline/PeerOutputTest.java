package dev.rivulet.performance.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.performance.measure.Measured;
import dev.rivulet.performance.measure.TrialFailedException;
import org.junit.jupiter.api.Test;

/** What Kafka's producer test and ingest's metrics say. */
class PeerOutputTest {

  @Test
  void readsTheSumOfTheProducerTest() {
    Measured measured =
        ProducerPerformance.parse(
            """
            768 records sent, 153.3 records/sec (115.05 MB/sec), 830.4 ms avg latency, 1102.0 ms max latency.
            1536 records sent, 160.2 records/sec (120.21 MB/sec), 801.15 ms avg latency, 1102.00 ms max latency, 810 ms 50th, 1050 ms 95th, 1090 ms 99th, 1102 ms 99.9th.
            """);

    assertThat(measured.value(PublishedEpochs.MIB_PER_SECOND)).isEqualTo(120.21);
    assertThat(measured.program()).startsWith("kafka-producer-perf-test ");
  }

  @Test
  void refusesAProducerTestThatDidNotFinish() {
    assertThatThrownBy(() -> ProducerPerformance.parse("org.apache.kafka: timed out"))
        .isInstanceOf(TrialFailedException.class)
        .hasMessageContaining("timed out");
  }

  @Test
  void readsTheCounterOfPublishedImages() {
    String metrics =
        """
        # HELP rivulet_images_published_total Training images published
        # TYPE rivulet_images_published_total counter
        rivulet_images_published_total 16384.0
        rivulet_batches_published_total 512.0
        """;

    assertThat(new ScrapedMetrics(metrics).sum(PublishedEpochs.COUNTER)).isEqualTo(16_384);
    assertThat(new ScrapedMetrics("").sum(PublishedEpochs.COUNTER)).isZero();
  }
}
