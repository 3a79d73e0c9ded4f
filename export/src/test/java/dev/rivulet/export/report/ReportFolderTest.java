package dev.rivulet.export.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.export.Samples;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFolderTest {
  @TempDir Path folder;

  @Test
  void hasEveryEpochOnce() throws IOException {
    String page = page(Samples.run("cifar10", Samples.CIFAR_CLASSES, 12), 12);

    assertThat(matches(table(page, "epochs"), "<tr[^>]*><td>(\\d+)</td>"))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 12).mapToObj(String::valueOf).toList());
    assertThat(matches(page, "<tr class=\"best\"><td>(\\d+)</td>")).containsExactly("12");
  }

  @ParameterizedTest
  @CsvSource({
    "0.002, 0.002",
    "0.0020000000949949026, 0.002",
    "0.0000012345, 0.00000123",
    "1.2e-9, 1.2e-9",
    "1e-9, 1e-9",
    "0, 0",
    "0.5, 0.5",
    "250, 250"
  })
  void writesLearningRatesWithThreeDigits(double rate, String written) {
    assertThat(ReportPage.learningRate(rate)).isEqualTo(written);
  }

  @Test
  void showsTheLearningRateOfEachEpoch() throws IOException {
    String page = page(Samples.run("cifar10", Samples.CIFAR_CLASSES, 3), 3);

    assertThat(matches(table(page, "epochs"), "<td>([^<]*)</td><td>[^<]*</td></tr>"))
        .containsExactly("0.002", "0.002", "0.002");
  }

  @Test
  void asksForNothingFromOutside() throws IOException {
    String page = page(Samples.run("cifar10", Samples.CIFAR_CLASSES, 3), 3);

    assertThat(page)
        .doesNotContain("http:", "https:", "//", "url(", "@import", "<script", "<link", "<img");
    assertThat(matches(page, "(?:src|href)=\"([^\"]*)")).isEmpty();
    assertThat(page).contains("Content-Security-Policy").contains("default-src 'none'");
  }

  @Test
  void isWellFormed() throws Exception {
    String page = page(Samples.run("a<b>&\"c\"", List.of("<i>", "\"q\" & 'a'"), 3), 2);

    // void elements are closed for the parser, which knows XML only
    String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<(meta[^>]*)>", "<$1/>");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    assertThat(page).contains("&lt;i&gt;").doesNotContain("<i>");
  }

  @Test
  void showsAccuracyByClassAndConfusion() throws IOException {
    String page = page(Samples.run("cifar10", Samples.CIFAR_CLASSES, 3), 3);

    assertThat(table(page, "classes")).contains("<td>truck</td>").contains("<td>0.00 %</td>");
    assertThat(matches(table(page, "confusion"), "<td[^>]*>(\\d+)</td>")).hasSize(100);
    assertThat(matches(table(page, "confusion"), "--share:1.000\">(\\d+)<"))
        .hasSize(10)
        .containsOnly("4");
  }

  @Test
  void comparesWithTheOriginalOnlyOnCifar10() throws IOException {
    assertThat(page(Samples.run("cifar10", Samples.CIFAR_CLASSES, 12), 12))
        .contains("Beside the original", "77.97 %", "41.7", "its width is 8")
        .doesNotContain("a copy");
    assertThat(page(Samples.run("mine", Samples.CIFAR_CLASSES, 3), 3))
        .contains("its images are a copy, mine");
    assertThat(page(Samples.run("shapes", List.of("bar", "disc"), 3), 3))
        .doesNotContain("Beside the original");
  }

  @Test
  void saysInWhatARunDiffersFromTheOriginal() throws IOException {
    TrainingRun usual = Samples.run("cifar10", Samples.CIFAR_CLASSES, 3);
    TrainingPlan plan = new TrainingPlan("auto", 3, 96, true, 32, "strong", 42, 0, "auto", "fp32");
    TrainingRun run =
        TrainingRun.requested(usual.id(), plan, usual.requestedAt())
            .withDataset(usual.dataset().orElseThrow())
            .ended(RunStatus.FINISHED, usual.endedAt().orElseThrow(), Optional.empty());

    assertThat(page(run, 3)).contains("its recipe is strong; its batches have 96 images");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 130, 1_000})
  void reportsAnyNumberOfEpochs(int epochs) throws IOException {
    String page = page(Samples.run("shapes", List.of("bar", "disc"), 1_000), epochs);

    assertThat(page).contains("after %d of 1000 epochs".formatted(epochs)).doesNotContain("NaN");
    assertThat(matches(page, "<rect class=\"(blue)\" x=[^>]*><title>")).hasSizeBetween(0, 120);
  }

  @Test
  void saysWhyThereIsNoMatrixOfManyClasses() throws IOException {
    List<String> classes = IntStream.range(0, 101).mapToObj(i -> "c" + i).toList();

    assertThat(page(Samples.run("many", classes, 2), 2)).contains("Of more than 100 classes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"accuracy", "loss", "timing"})
  void drawsItsPlotsAsPngToo(String plot) throws IOException {
    page(Samples.run("shapes", List.of("bar", "disc"), 3), 3);

    BufferedImage image = ImageIO.read(folder.resolve(plot + ".png").toFile());
    assertThat(image.getWidth()).isEqualTo(960);
    assertThat(folder.resolve("cumulative.png")).isNotEmptyFile();
    assertThat(IntStream.range(0, 960 * 480).map(i -> image.getRGB(i % 960, i / 960)).distinct())
        .contains(Colour.BLUE.onWhite().getRGB(), Colour.ORANGE.onWhite().getRGB());
  }

  private String page(TrainingRun run, int epochs) throws IOException {
    Machine machine = new Machine("A processor", 2, 8L << 30, "Linux", "Java 17");
    ReportFolder report = new ReportFolder(folder);
    assertThat(report.write(new RunReport(run, Samples.epochs(run, epochs), machine))).isEmpty();
    return Files.readString(report.page());
  }

  private static String table(String page, String id) {
    int start = page.indexOf("id=\"%s\"".formatted(id));
    assertThat(start).as("table " + id).isPositive();
    return page.substring(start, page.indexOf("</table>", start));
  }

  private static List<String> matches(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
  }
}
