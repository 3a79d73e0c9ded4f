package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rivulet.events.checkpoint.ModelSelection;
import dev.rivulet.events.checkpoint.SelectionMode;
import dev.rivulet.events.image.ImageDecoder;
import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.events.image.RejectionReason;
import dev.rivulet.events.prediction.Prediction;
import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.events.run.ValidationDetail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real JSON events and record headers are what {@code asyncapi.yaml} says, and broken ones not. */
class EventSchemaTest {
  private static final AsyncApiDocument DOCUMENT = AsyncApiDocument.read();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "TrainingRun", TrainingRun.class,
          "EpochCompleted", EpochCompleted.class,
          "RunProgress", RunProgress.class,
          "ModelSelection", ModelSelection.class,
          "Prediction", Prediction.class);

  /** As a network of more classes than a confusion matrix is sent for leaves it. */
  private static final ValidationDetail NOTHING_WRONG =
      new ValidationDetail(Optional.empty(), List.of());

  static Stream<Arguments> events() {
    Prediction.Source source = new Prediction.Source("images", 3, 1L << 40);
    return Stream.of(
        Arguments.of("TrainingRun", SampleEvents.requested()),
        Arguments.of("TrainingRun", SampleEvents.failed()),
        Arguments.of("TrainingRun", SampleEvents.failed().resumed()),
        Arguments.of("EpochCompleted", SampleEvents.epoch(1.5)),
        Arguments.of("EpochCompleted", SampleEvents.epoch(1.5, Optional.empty())),
        Arguments.of("EpochCompleted", SampleEvents.epoch(1.5, Optional.of(NOTHING_WRONG))),
        Arguments.of("EpochCompleted", SampleEvents.epoch(Double.NaN)),
        Arguments.of("EpochCompleted", SampleEvents.epoch(Double.POSITIVE_INFINITY)),
        Arguments.of("RunProgress", SampleEvents.progress(1.5)),
        Arguments.of("RunProgress", SampleEvents.progress(Double.NaN)),
        Arguments.of("ModelSelection", SampleEvents.newest()),
        Arguments.of("ModelSelection", SampleEvents.pinned()),
        Arguments.of("Prediction", SampleEvents.prediction(Optional.empty())),
        Arguments.of("Prediction", SampleEvents.prediction(Optional.of(source))));
  }

  /** One event of each type in which every property is there. */
  static Stream<Arguments> fullEvents() {
    return Stream.of(
        Arguments.of("TrainingRun", SampleEvents.failed()),
        Arguments.of("EpochCompleted", SampleEvents.epoch(1.5)),
        Arguments.of("RunProgress", SampleEvents.progress(1.5)),
        Arguments.of("ModelSelection", SampleEvents.pinned()),
        Arguments.of(
            "Prediction",
            SampleEvents.prediction(Optional.of(new Prediction.Source("images", 0, 0)))));
  }

  static Stream<Arguments> examples() {
    return TYPES.keySet().stream()
        .flatMap(
            name -> {
              List<Arguments> all = new ArrayList<>();
              for (JsonNode example : DOCUMENT.message(name).get("examples")) {
                all.add(Arguments.of(name, example.get("payload")));
              }
              return all.stream();
            });
  }

  @ParameterizedTest
  @MethodSource("events")
  void describesWhatTheServicesWrite(String name, Object event) {
    byte[] json = EventJson.write(event);

    assertThat(DOCUMENT.errors(schema(name), json)).isEmpty();
    assertThat(EventJson.read(json, event.getClass())).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("fullEvents")
  void documentsEveryProperty(String name, Object event) throws IOException {
    assertDocumented(name, JSON.readTree(EventJson.write(event)), DOCUMENT.resolve(schema(name)));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void hasExamplesThatTheCodeReadsAndWrites(String name, JsonNode example) throws IOException {
    Object event = EventJson.read(AsyncApiDocument.bytes(example), TYPES.get(name));

    assertThat(DOCUMENT.errors(schema(name), AsyncApiDocument.bytes(example))).isEmpty();
    assertThat(JSON.readTree(EventJson.write(event)))
        .isEqualTo(JSON.readTree(AsyncApiDocument.bytes(example)));
  }

  @ParameterizedTest
  @MethodSource("fullEvents")
  void requiresWhatTheCodeRequires(String name, Object event) throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(EventJson.write(event));
    for (String field : fieldsOf(whole)) {
      ObjectNode without = whole.deepCopy();
      remove(without, field);
      boolean schemaTakesIt =
          DOCUMENT.errors(schema(name), AsyncApiDocument.bytes(without)).isEmpty();
      // values of a map have names that are not the schema's
      boolean readable = readable(AsyncApiDocument.bytes(without), event.getClass());

      assertThat(schemaTakesIt).as("without " + field).isEqualTo(readable);
    }
  }

  @ParameterizedTest
  @MethodSource("fullEvents")
  void refusesAValueOfAnotherType(String name, Object event) throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(EventJson.write(event));
    for (String field : fieldsOf(whole)) {
      for (JsonNode wrong : List.of(JSON.createArrayNode(), JSON.getNodeFactory().nullNode())) {
        ObjectNode broken = whole.deepCopy();
        replace(broken, field, wrong);
        if (broken.at("/" + field).equals(whole.at("/" + field))) {
          continue;
        }
        byte[] json = AsyncApiDocument.bytes(broken);
        boolean emptyList = wrong.isArray() && whole.at("/" + field).isArray();

        if (!emptyList) {
          assertThat(DOCUMENT.errors(schema(name), json)).as(field + " = " + wrong).isNotEmpty();
        }
        if (wrong.isArray() && !emptyList) {
          assertThat(readable(json, event.getClass())).as(field + " = " + wrong).isFalse();
        }
      }
    }
  }

  @Test
  void refusesNumbersOutOfTheirRanges() {
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/epochs", "0");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/epochs", "\"10\"");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/epochs", "10.5");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/width", "12");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/recipe", "\"none\"");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/depths", "[0, 4, 2]");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/changes", "{\"beta1\": \"0.9\"}");
    assertRefused("TrainingRun", SampleEvents.requested(), "plan/dataset", "\" \"");
    assertRefused("TrainingRun", SampleEvents.requested(), "status", "\"RUNNING\"");
    assertRefused("TrainingRun", SampleEvents.requested(), "status", "1");
    assertRefused("TrainingRun", SampleEvents.requested(), "attempt", "-1");
    assertRefused("TrainingRun", SampleEvents.requested(), "requestedAt", "\"yesterday\"");
  }

  @Test
  void refusesASelectionThatSaysTooLittleOrTooMuch() {
    assertRefused("ModelSelection", SampleEvents.pinned(), "mode", "\"newest\"");
    assertRefused("ModelSelection", SampleEvents.pinned(), "mode", "\"oldest\"");
    assertRefused("ModelSelection", SampleEvents.pinned(), "epoch", "-1");
    assertRefused("ModelSelection", SampleEvents.pinned(), "run", "\" \"");
    assertRefused("ModelSelection", SampleEvents.newest(), "mode", "\"pinned\"");
    assertRefused("ModelSelection", SampleEvents.newest(), "epoch", "1");
  }

  @Test
  void listsTheValuesThatTheCodeKnows() {
    assertThat(values("TrainingPlan/properties/recipe")).isEqualTo(Set.copyOf(Recipe.names()));
    assertThat(values("TrainingPlan/properties/device")).isEqualTo(TrainingPlan.DEVICES);
    assertThat(values("TrainingPlan/properties/precision")).isEqualTo(TrainingPlan.PRECISIONS);
    JsonNode plan = DOCUMENT.resolve("#/components/schemas/TrainingPlan/properties");
    assertThat(plan.at("/epochs/maximum").intValue()).isEqualTo(TrainingPlan.MAX_EPOCHS);
    assertThat(plan.at("/batchSize/maximum").intValue()).isEqualTo(TrainingPlan.MAX_BATCH_SIZE);
    assertThat(plan.at("/width/minimum").intValue()).isEqualTo(TrainingPlan.MIN_WIDTH);
    assertThat(plan.at("/width/maximum").intValue()).isEqualTo(TrainingPlan.MAX_WIDTH);
    assertThat(values("ModelSelection/properties/mode"))
        .isEqualTo(
            Arrays.stream(SelectionMode.values())
                .map(SelectionMode::label)
                .collect(Collectors.toCollection(TreeSet::new)));
    // in the order in which one wins over the other
    List<String> statuses = new ArrayList<>();
    DOCUMENT
        .resolve("#/components/schemas/TrainingRun/properties/status/enum")
        .forEach(status -> statuses.add(status.textValue()));
    assertThat(statuses)
        .containsExactlyElementsOf(
            Arrays.stream(RunStatus.values()).map(RunStatus::label).toList());
  }

  @Test
  void listsTheReasonsOfRejections() {
    Set<String> reasons = new TreeSet<>(List.of("internal-error"));
    Arrays.stream(RejectionReason.values()).forEach(reason -> reasons.add(reason.label()));

    assertThat(values("RejectionHeaders/properties/reason")).isEqualTo(reasons);
  }

  @Test
  void namesTheHeadersOfTheCode() {
    assertThat(properties("ImageBatchFacts"))
        .containsExactlyInAnyOrder(
            Headers.RUN,
            Headers.ATTEMPT,
            Headers.EPOCH,
            Headers.BATCH,
            Headers.PART,
            Headers.PARTS);
    assertThat(properties("RunAndEpochHeaders"))
        .containsExactlyInAnyOrder(Headers.RUN, Headers.EPOCH);
    assertThat(properties("RejectionHeaders"))
        .containsExactlyInAnyOrder(Headers.REASON, Headers.ERROR, Headers.SOURCE);
  }

  @Test
  void hasHeadersInItsExamplesThatItsSchemasTake() {
    int checked = 0;
    for (JsonNode message : DOCUMENT.resolve("#/components/messages")) {
      for (JsonNode example : message.path("examples")) {
        assertThat(example.has("headers")).isEqualTo(message.has("headers"));
        if (example.has("headers")) {
          byte[] headers = AsyncApiDocument.bytes(example.get("headers"));
          assertThat(DOCUMENT.errors(message.at("/headers/$ref").textValue(), headers)).isEmpty();
          checked++;
        }
      }
    }
    assertThat(checked).isEqualTo(4);
  }

  @Test
  void showsARejectionThatTheDecoderReallyGives() {
    JsonNode headers = DOCUMENT.message("RejectedImage").at("/examples/0/headers");

    assertThatThrownBy(() -> new ImageDecoder().decode("hello".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            ImageRejectedException.class,
            e -> assertThat(e.reason().label()).isEqualTo(headers.get("reason").textValue()))
        .hasMessage(headers.get("error").textValue());
  }

  @Test
  void showsAPredictionThatAddsUp() {
    JsonNode example = DOCUMENT.message("Prediction").at("/examples/0");
    Prediction prediction =
        EventJson.read(AsyncApiDocument.bytes(example.get("payload")), Prediction.class);

    assertThat(prediction.probabilities().values().stream().mapToDouble(p -> p).sum()).isOne();
    assertThat(prediction.probabilities()).containsEntry(prediction.label(), 0.25);
    assertThat(prediction.confidence()).isEqualTo(0.25);
    assertThat(Duration.between(prediction.imageAt(), prediction.predictedAt()).toNanos() / 1e6)
        .isEqualTo(prediction.latencyMillis());
    assertThat(example.at("/headers/run").textValue()).isEqualTo(prediction.model().run());
    assertThat(example.at("/headers/epoch").asInt()).isEqualTo(prediction.model().epoch());
  }

  private static void assertRefused(String name, Object event, String field, String value) {
    try {
      ObjectNode broken = (ObjectNode) JSON.readTree(EventJson.write(event));
      replace(broken, field, JSON.readTree(value));
      byte[] json = AsyncApiDocument.bytes(broken);
      assertThat(DOCUMENT.errors(schema(name), json)).as(field + " = " + value).isNotEmpty();
      assertThat(readable(json, event.getClass())).as(field + " = " + value).isFalse();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean readable(byte[] json, Class<?> type) {
    try {
      EventJson.read(json, type);
      return true;
    } catch (EventFormatException e) {
      return false;
    }
  }

  private static void assertDocumented(String path, JsonNode value, JsonNode schema) {
    JsonNode resolved = DOCUMENT.resolved(schema);
    if (!value.isObject() || !resolved.has("properties")) {
      return;
    }
    value
        .properties()
        .forEach(
            field -> {
              String name = path + "/" + field.getKey();
              JsonNode documented = resolved.at("/properties/" + field.getKey());
              assertThat(documented.isMissingNode()).as(name).isFalse();
              assertDocumented(name, field.getValue(), documented);
            });
    assertThat(properties(resolved)).as(path).containsExactlyInAnyOrderElementsOf(names(value));
  }

  /** The paths of all properties but those of the map of probabilities, whose names are free. */
  private static List<String> fieldsOf(ObjectNode event) {
    List<String> paths = new ArrayList<>();
    for (String name : names(event)) {
      paths.add(name);
      if (event.get(name).isObject() && !name.equals("probabilities")) {
        names(event.get(name)).forEach(inner -> paths.add(name + "/" + inner));
      }
    }
    return paths;
  }

  private static void remove(ObjectNode event, String path) {
    String[] names = path.split("/");
    ObjectNode parent = names.length == 1 ? event : (ObjectNode) event.get(names[0]);
    parent.remove(names[names.length - 1]);
  }

  private static void replace(ObjectNode event, String path, JsonNode value) {
    String[] names = path.split("/");
    ObjectNode parent = names.length == 1 ? event : (ObjectNode) event.get(names[0]);
    parent.set(names[names.length - 1], value);
  }

  private static String schema(String name) {
    return "#/components/schemas/" + name;
  }

  private static Set<String> values(String property) {
    Set<String> values = new TreeSet<>();
    ArrayNode documented = (ArrayNode) DOCUMENT.resolve(schema(property) + "/enum");
    documented.forEach(value -> values.add(value.textValue()));
    return values;
  }

  private static List<String> properties(String schema) {
    return properties(DOCUMENT.resolve(schema(schema)));
  }

  private static List<String> properties(JsonNode schema) {
    return names(schema.get("properties"));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
