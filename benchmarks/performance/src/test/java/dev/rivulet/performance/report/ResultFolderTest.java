package dev.rivulet.performance.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rivulet.export.report.Colour;
import dev.rivulet.export.report.Plot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
  @TempDir private Path folder;

  @Test
  void holdsTableAllValuesAndPlots() throws IOException {
    Row row =
        Row.of(
                "epoch",
                new Reading("Rivulet", "s", List.of(2.0, 3.0)),
                new Reading("list", "s", List.of(1.0, 3.0)))
            .to(Goal.atMost(1.03));
    Plot plot =
        new Plot(
            "growth",
            "Growth",
            "s",
            false,
            new int[] {1, 2},
            List.of(new Plot.Series("median", Colour.BLUE, new double[] {1, 2})));

    new ResultFolder(folder, true)
        .add(
            new Section(
                "epoch",
                "An epoch",
                List.of(row),
                List.of("PyTorch is skipped"),
                List.of(new Figure(plot, "images"))));

    assertThat(folder.resolve("results.md"))
        .content()
        .contains("quick", "| epoch |", "PyTorch is skipped", "(growth.png)");
    JsonNode results =
        new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("results.json")));
    JsonNode first = results.at("/sections/0/rows/0");
    assertThat(first.at("/rivulet/values").toString()).isEqualTo("[2.0,3.0]");
    assertThat(first.get("ratio").asDouble()).isEqualTo(1.5);
    assertThat(first.get("met").asBoolean()).isFalse();
    assertThat(results.at("/machine/cores").asInt()).isPositive();
    assertThat(ImageIO.read(folder.resolve("growth.png").toFile()).getWidth()).isPositive();
  }
}
