package dev.rivulet.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IngestClientTest {
  @Test
  void readsHowFarLoadingHasCome() {
    String metrics =
        """
        # TYPE rivulet_dataset_load_expected gauge
        # HELP rivulet_dataset_load_expected Bytes, or images, of the data set being loaded
        rivulet_dataset_load_expected 1.70052171E8
        # TYPE rivulet_dataset_load_done gauge
        rivulet_dataset_load_done 4096.0
        """;
    assertThat(IngestClient.parse(metrics))
        .contains(new IngestClient.DatasetLoad(4_096, 170_052_171));
  }

  @Test
  void saysNothingBeforeLoadingHasBegun() {
    assertThat(
            IngestClient.parse("rivulet_dataset_load_done 0.0\nrivulet_dataset_load_expected 0.0"))
        .isEmpty();
    assertThat(IngestClient.parse("jvm_threads 12.0")).isEmpty();
  }
}
