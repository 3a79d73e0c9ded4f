package dev.rivulet.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topics;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.kafka.KafkaConnection;
import dev.rivulet.events.kafka.TopicReader;
import dev.rivulet.local.broker.TestRecords;
import dev.rivulet.local.data.DataFolder;
import dev.rivulet.local.data.RunningInstance;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The live page in a real browser, beside a run from its first batch to its last checkpoint. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LivePageIT {
  private static final Path SHOTS = Path.of("target", "screenshots");
  private static final int EPOCHS = 6;
  private static final int IMAGES = 24;

  @TempDir static Path folder;

  private Rivulet up;
  private RunningInstance running;
  private KafkaConnection kafka;
  private Browser browser;
  private LabelledImages validation;

  @BeforeAll
  void start() throws Exception {
    browser = Browser.start(folder.resolve("profile"));
    up =
        Rivulet.start(
            folder.resolve("up.txt"),
            "up",
            "--dataset",
            "shapes",
            "--width",
            "8",
            "--limit",
            "2048",
            "--epochs",
            String.valueOf(EPOCHS),
            "--data",
            folder.resolve("data").toString(),
            "--port",
            Rivulet.freePort(),
            "--kafka-port",
            Rivulet.freePort());
    awaitInstance();
    kafka = KafkaConnection.to(running.bootstrap());
    awaitPage();
  }

  @AfterAll
  void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (up != null) {
      Rivulet.Result end = up.stop();
      assertThat(end.exitCode()).as(end.output()).isIn(0, 130, 143);
    }
  }

  @Test
  @Order(1)
  void saysWhatIsMissingBeforeTheFirstEpoch() throws Exception {
    browser.await("the stream", () -> browser.text("#connection").equals("live"));
    browser.await("the run", () -> browser.text("#run-status").equals("running"));
    assertThat(browser.text("#run-facts")).contains("data set shapes", "width 8", "augmented");
    assertThat(browser.text("#model")).contains("image events wait in Kafka");
    assertThat(browser.text("#curves")).contains("after the first epoch");
    assertThat(browser.text("#stream")).contains("No image events yet");
    browser.await("progress", () -> browser.text("#run-now").startsWith("Epoch 1 of " + EPOCHS));
    assertThat(browser.axeViolations()).isEmpty();

    browser.drop("too-early.png", TestImages.good(0));
    browser.await("the reason", () -> browser.text("#try-problem").contains("no checkpoint yet"));
    // the browser itself notes the status of that answer
    assertThat(browser.complaints()).allMatch(line -> line.contains("503")).hasSize(1);
  }

  @Test
  @Order(2)
  void showsTrainingAnImageAndEachReload() throws Exception {
    browser.await("a model", () -> browser.text("#model-facts").contains("shapes"));
    readValidation();
    browser.drop("star.png", image(labelled("star")));
    browser.await("the answer", () -> browser.count(".answer") == 1);
    assertThat(browser.count(".answer .bars dt")).isEqualTo(10);
    assertThat(browser.number("return document.querySelector('.answer .pixels').naturalWidth"))
        .isEqualTo(LabelledImages.SIDE);
    publish(0, IMAGES / 2);
    browser.await("image events", () -> browser.count("#strip li") >= IMAGES / 2);
    browser.await("their pictures", this::allPicturesShown);
    browser.await("pictures from the stream", () -> browser.count("#strip img[src^='data:']") > 0);
    shoot("training-light", 1280, 1000, "body");

    int reloads = reloads();
    browser.await("a reload", () -> reloads() > reloads);
    browser.await("the flash", () -> browser.count("#model.flash") == 1);
    browser.await("another answer", () -> browser.count(".timeline li") >= 2);
    List<String> answers = browser.texts(".timeline li");
    assertThat(answers).doesNotHaveDuplicates().allMatch(answer -> answer.startsWith("epoch "));
    assertThat(browser.text("#announcer")).contains("validation accuracy");
    shoot("after-reload-light", 1280, 1000, "body");

    Path picked = Files.write(folder.resolve("ring.png"), image(labelled("ring")));
    browser.choose("#pick", picked);
    browser.await("a second answer", () -> browser.count(".answer") == 2);
    browser.paste("pasted.png", image(labelled("heart")));
    browser.await("a third answer", () -> browser.count(".answer") == 3);
    browser.click(".answer:last-child .close");
    browser.await("it to go", () -> browser.count(".answer") == 2);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(3)
  void showsTheWholeRunOnceItIsFinished() throws Exception {
    browser.await("the end", () -> browser.text("#run-status").equals("finished"));
    browser.await("the last model", () -> modelEpoch() == EPOCHS);
    publish(IMAGES / 2, IMAGES);
    browser.await(
        "the validation",
        () -> browser.text("#confusion-of").contains("epoch %d of".formatted(EPOCHS)));
    assertThat(browser.count("#confusion-matrix tbody tr")).isEqualTo(10);
    assertThat(
            browser.texts("#confusion-matrix tbody td").stream()
                .filter(count -> !count.isEmpty())
                .mapToInt(Integer::parseInt)
                .sum())
        .isEqualTo(2048);
    browser.script("document.querySelector('.chart details').open = true;");
    browser.await("the numbers", () -> browser.count(".chart tbody tr") == EPOCHS);
    browser.script("document.querySelector('.chart details').open = false;");
    assertThat(browser.texts("#runs-table tbody tr").get(0))
        .contains("finished", "shapes", "%d / %d".formatted(EPOCHS, EPOCHS));
    browser.await("all answers", () -> browser.texts(".timeline li").size() >= 3);
    browser.await("all image events", () -> browser.count("#strip li") == IMAGES);
    browser.await("all pictures", this::allPicturesShown);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(4)
  void isForEverybodyInLightAndDarkAndOnAPhone() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      String colours = dark ? "dark" : "light";
      shoot("page-" + colours, 1280, 1000, "body");
      shoot("curves-" + colours, 1280, 860, "#curves");
      shoot("validation-" + colours, 1280, 640, "#confusion");
      assertThat(browser.axeViolations()).as(colours).isEmpty();
      browser.size(390, 844, true);
      assertThat(browser.number("return document.documentElement.scrollWidth"))
          .as("nothing sticks out on a phone")
          .isLessThanOrEqualTo(390);
      shoot("phone-" + colours, 390, 844, "body");
      assertThat(browser.axeViolations()).as(colours + " on a phone").isEmpty();
      browser.size(1280, 1000, false);
    }
    browser.dark(false);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(5)
  void canBeUsedByKeyboard() {
    browser.script("document.activeElement.blur(); window.scrollTo(0, 0);");
    List<String> stops = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      browser.press(Keys.TAB);
      stops.add(
          browser
              .script(
                  "const a = document.activeElement;"
                      + "return a.id || a.className || a.name || a.tagName.toLowerCase();")
              .toString());
    }
    assertThat(stops).contains("skip", "pick", "close", "shown-run", "summary", "scroll");
  }

  @Test
  @Order(6)
  void losesNothingWhenPageOrServiceStartAgain() throws Exception {
    List<String> before = state();
    browser.openAgain();
    awaitState(before);

    RunningInstance.Child inference =
        running.children().stream()
            .filter(child -> child.name().equals("inference-service"))
            .findFirst()
            .orElseThrow();
    inference.handle().orElseThrow().destroyForcibly();
    browser.await("it to notice", () -> browser.text("#connection").startsWith("connection lost"));
    browser.await("it to come back", () -> browser.text("#connection").equals("live"));
    awaitModel();
    awaitState(before);
    // the browser itself notes that nobody answered
    assertThat(browser.complaints()).allMatch(line -> line.contains("net::ERR_"));
  }

  @Test
  @Order(7)
  void saysWhatIsWrongWithAFile() throws Exception {
    browser.drop("notes.txt", "this is no image".getBytes(StandardCharsets.UTF_8));
    browser.await("the reason", () -> browser.text("#try-problem").startsWith("notes.txt: "));
    assertThat(browser.text("#try-problem")).contains("convert");
    assertThat(browser.complaints()).allMatch(line -> line.contains("415")).hasSize(1);
  }

  @Test
  @Order(8)
  void leavesAReportForEverybody() throws Exception {
    Path report = report();
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      browser.open(report.toUri().toString());
      assertThat(browser.count("table")).isPositive();
      assertThat(browser.axeViolations()).as(dark ? "dark" : "light").isEmpty();
    }
    browser.size(390, 844, true);
    assertThat(browser.axeViolations()).as("on a phone").isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  private Path report() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      return files.filter(file -> file.endsWith("report.html")).findFirst().orElseThrow();
    }
  }

  /** Asked for beside the page, which shows the old one until it has drawn what it was told. */
  private void awaitModel() throws Exception {
    HttpRequest question =
        HttpRequest.newBuilder(URI.create(running.inference() + "/model")).build();
    HttpClient http = HttpClient.newHttpClient();
    while (http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
      Thread.sleep(200);
    }
    // the page hears of it on the next beat, and draws at most twice a second
    Thread.sleep(1_500);
  }

  private void awaitState(List<String> before) throws InterruptedException {
    for (int i = 0; i < 300 && !state().equals(before); i++) {
      Thread.sleep(200);
    }
    assertThat(state()).as(() -> browser.diagnosis()).isEqualTo(before);
  }

  /** What must be there again: figures, answers, image events, the table of runs. */
  private List<String> state() {
    List<String> state = new ArrayList<>(browser.texts("#run-figures dd"));
    state.add(browser.text("#model-accuracy"));
    state.addAll(browser.texts(".answer h3"));
    state.addAll(browser.texts(".timeline li"));
    state.addAll(browser.texts("#strip li"));
    state.addAll(browser.texts("#runs-table tbody tr"));
    state.add(browser.text("#confusion-of"));
    return state;
  }

  private int reloads() {
    return browser.number("return Number(document.getElementById('model').dataset.reloads ?? 0);");
  }

  private int modelEpoch() {
    List<String> facts = browser.texts("#model-facts dd");
    return facts.size() < 2 ? 0 : Integer.parseInt(facts.get(1));
  }

  private boolean allPicturesShown() {
    return browser.number(
            "return [...document.querySelectorAll('img')]"
                + ".filter(i => !i.complete || i.naturalWidth === 0).length;")
        == 0;
  }

  private void shoot(String name, int width, int height, String from) throws Exception {
    browser.size(width, height, width < 500);
    browser.script("document.querySelector(arguments[0]).scrollIntoView();", from);
    // charts follow the new width a frame later
    Thread.sleep(700);
    browser.screenshot(SHOTS.resolve(name + ".png"));
  }

  private void awaitInstance() throws InterruptedException {
    Optional<RunningInstance> found = Optional.empty();
    while (found.isEmpty() || found.get().children().size() < 4) {
      assertThat(up.isAlive()).as(up.output()).isTrue();
      Thread.sleep(100);
      found = RunningInstance.find(new DataFolder(folder.resolve("data")));
    }
    running = found.get();
  }

  /** As a person who opens the page too early and tries again. */
  private void awaitPage() throws InterruptedException {
    while (true) {
      assertThat(up.isAlive()).as(up.output()).isTrue();
      try {
        browser.open(running.inference());
        return;
      } catch (org.openqa.selenium.WebDriverException e) {
        assertThat(e.getMessage()).contains("ERR_CONNECTION_REFUSED");
        Thread.sleep(300);
      }
    }
  }

  private void readValidation() {
    try (TopicReader reader =
        TopicReader.fromBeginning(kafka, Topics.DEFAULT.validationBatches())) {
      reader.readToEnd(record -> validation = ValidationBatch.fromRecord(record).content());
    }
  }

  /** The last image of that shape. */
  private int labelled(String shape) {
    List<String> classes =
        List.of(
            "bar",
            "crescent",
            "cross",
            "disc",
            "heart",
            "hourglass",
            "ring",
            "square",
            "star",
            "triangle");
    int index = validation.size() - 1;
    while (validation.labels()[index] != classes.indexOf(shape)) {
      index--;
    }
    return index;
  }

  private void publish(int from, int to) throws IOException {
    List<ProducerRecord<String, byte[]>> images = new ArrayList<>();
    for (int i = from; i < to; i++) {
      byte[] value = i % 20 == 7 ? TestImages.broken(i) : image(i);
      images.add(new ProducerRecord<>(Topics.DEFAULT.images(), "image-" + i, value));
    }
    TestRecords.publish(kafka, images);
  }

  private byte[] image(int index) throws IOException {
    int side = LabelledImages.SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    byte[] pixels = validation.images();
    int at = index * LabelledImages.IMAGE_BYTES;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++, at += LabelledImages.CHANNELS) {
        image.setRGB(
            x, y, (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | pixels[at + 2] & 255);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
