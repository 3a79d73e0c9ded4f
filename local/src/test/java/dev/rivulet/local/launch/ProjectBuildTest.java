package dev.rivulet.local.launch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.local.CommandFailedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProjectBuildTest {
  @Test
  void saysWhereServicesCannotStart() {
    new ProjectBuild(Path.of("/home/me/src (work) #1/rivulet")).requireFitForServices();

    for (String folder : new String[] {"/src [work/rivulet", "/src]/rivulet", "/c++/rivulet"}) {
      assertThatThrownBy(() -> new ProjectBuild(Path.of(folder)).requireFitForServices())
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("%s: Quarkus", folder)
          .hasMessageContaining("move the project");
    }
  }
}
