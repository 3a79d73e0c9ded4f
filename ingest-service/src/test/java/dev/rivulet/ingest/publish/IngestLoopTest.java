package dev.rivulet.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.ingest.dataset.DatasetException;
import org.junit.jupiter.api.Test;

class IngestLoopTest {

  @Test
  void saysWhyADataSetCannotBeLoadedAlsoWhereTheFailureSaysNothing() {
    assertThat(IngestLoop.reason("photos", new DatasetException("photos: no such folder")))
        .isEqualTo("photos: no such folder");
    assertThat(IngestLoop.reason("photos", new NoClassDefFoundError()))
        .isEqualTo(
            "loading photos failed: java.lang.NoClassDefFoundError; the log of ingest-service has more");
  }
}
