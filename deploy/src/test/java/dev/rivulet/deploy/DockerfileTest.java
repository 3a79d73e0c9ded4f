package dev.rivulet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Dockerfile, held against the modules that it builds. */
class DockerfileTest {
  private final DockerStages stages = DockerStages.read();

  @Test
  void copiesThePomOfEveryModule() {
    List<String> modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(ProjectFiles.text("pom.xml"))
            .results()
            .map(module -> module.group(1))
            .toList();
    List<String> copied =
        Pattern.compile("COPY (\\S+)/pom\\.xml \\1/")
            .matcher(stages.stage("poms"))
            .results()
            .map((MatchResult copy) -> copy.group(1))
            .toList();
    assertThat(copied).containsExactlyInAnyOrderElementsOf(modules);
  }

  @Test
  void runsNothingAsRoot() {
    assertThat(stages.stage("runtime")).contains("USER 10001:10001");
    for (String image : List.of("ingest", "trainer", "inference", "rivulet", "service")) {
      assertThat(stages.stage(image)).doesNotContain("USER");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trainer", "inference"})
  void setsTheMemorySettingsThatTensorsNeed(String image) {
    assertThat(stages.stage("engine-service")).contains("MALLOC_MMAP_THRESHOLD_=4294967296");
    assertThat(stages.stage("engine-service")).contains("MALLOC_TRIM_THRESHOLD_=8589934592");
    assertThat(stages.stage(image)).containsPattern("MALLOC_TOP_PAD_=\\d+");
  }

  @Test
  void keepsLittleOfWhatLargeImagesTook() {
    assertThat(stages.stage("inference"))
        .contains("MALLOC_ARENA_MAX=2")
        .contains("-Djdk.nio.maxCachedBufferSize=1048576");
  }

  @Test
  void givesIngestNoEngine() {
    assertThat(ProjectFiles.text("deploy/Dockerfile")).contains("FROM service AS ingest\n");
    assertThat(stages.stage("service") + stages.stage("ingest")).doesNotContain("engine");
  }
}
