package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.events.kafka.TopicSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document is well-formed AsyncAPI 3 and describes the topics that the code creates. */
class AsyncApiTest {
  private static final AsyncApiDocument DOCUMENT = AsyncApiDocument.read();
  private static final Set<String> ROOT_FIELDS =
      Set.of(
          "asyncapi",
          "id",
          "info",
          "servers",
          "defaultContentType",
          "channels",
          "operations",
          "components");
  private static final Set<String> CHANNEL_FIELDS =
      Set.of(
          "address",
          "messages",
          "title",
          "summary",
          "description",
          "servers",
          "parameters",
          "tags",
          "externalDocs",
          "bindings");
  private static final Set<String> OPERATION_FIELDS =
      Set.of(
          "action",
          "channel",
          "title",
          "summary",
          "description",
          "security",
          "tags",
          "externalDocs",
          "bindings",
          "traits",
          "messages",
          "reply");
  private static final Set<String> MESSAGE_FIELDS =
      Set.of(
          "headers",
          "payload",
          "correlationId",
          "contentType",
          "name",
          "title",
          "summary",
          "description",
          "tags",
          "externalDocs",
          "bindings",
          "examples",
          "traits",
          "x-safetensors");
  private static final Set<String> EXAMPLE_FIELDS = Set.of("headers", "payload", "name", "summary");

  static Stream<TopicSpec> specs() {
    Topics topics = Topics.DEFAULT;
    return topics.specs().stream();
  }

  @Test
  void hasTheFieldsOfAsyncApiThree() {
    JsonNode root = DOCUMENT.root();
    assertThat(root.get("asyncapi").textValue()).isEqualTo("3.0.0");
    assertThat(root.at("/info/title").isTextual()).isTrue();
    assertThat(root.at("/info/version").isTextual()).isTrue();
    assertThat(ROOT_FIELDS).containsAll(names(root));
    each("channels", (name, channel) -> assertThat(CHANNEL_FIELDS).containsAll(names(channel)));
    each(
        "operations",
        (name, operation) -> assertThat(OPERATION_FIELDS).containsAll(names(operation)));
    for (JsonNode message : root.at("/components/messages")) {
      assertThat(MESSAGE_FIELDS).containsAll(names(message));
      for (JsonNode example : message.path("examples")) {
        assertThat(EXAMPLE_FIELDS).containsAll(names(example));
        assertThat(example.has("headers") || example.has("payload")).isTrue();
      }
    }
  }

  @Test
  void resolvesEveryReference() {
    List<String> references = DOCUMENT.root().findValuesAsText("$ref");

    assertThat(references).hasSizeGreaterThan(100);
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(DOCUMENT.resolve(reference).isMissingNode()).as(reference).isFalse());
  }

  @Test
  void holdsNoEmptyValues() {
    List<String> empty = new ArrayList<>();
    collectEmpty("", DOCUMENT.root(), empty);

    assertThat(empty).isEmpty();
  }

  @Test
  void takesTheServerFromTheUsualVariable() {
    JsonNode server = DOCUMENT.resolve("#/servers/kafka");

    assertThat(server.get("host").textValue()).isEqualTo("{KAFKA_BOOTSTRAP_SERVERS}");
    assertThat(server.get("protocol").textValue()).isEqualTo("kafka");
    assertThat(server.at("/variables/KAFKA_BOOTSTRAP_SERVERS/default").isTextual()).isTrue();
  }

  @Test
  void hasSomebodySendAndReceiveOnEveryChannel() {
    Map<String, Set<String>> actions = new TreeMap<>();
    each(
        "operations",
        (name, operation) ->
            actions
                .computeIfAbsent(operation.at("/channel/$ref").textValue(), c -> new TreeSet<>())
                .add(operation.get("action").textValue()));

    Set<String> channels = new HashSet<>();
    names(DOCUMENT.root().get("channels")).forEach(name -> channels.add("#/channels/" + name));
    assertThat(actions.keySet()).isEqualTo(channels);
    assertThat(actions.values()).allMatch(Set.of("send", "receive")::equals);
  }

  @Test
  void namesOnlyMessagesOfItsChannelInAnOperation() {
    each(
        "operations",
        (name, operation) -> {
          String channel = operation.at("/channel/$ref").textValue();
          for (JsonNode message : operation.path("messages")) {
            assertThat(message.get("$ref").textValue()).startsWith(channel + "/messages/");
          }
        });
  }

  @Test
  void usesEveryMessageInAChannel() {
    Set<String> used = new HashSet<>();
    each(
        "channels",
        (name, channel) ->
            channel.get("messages").forEach(m -> used.add(m.get("$ref").textValue())));

    Set<String> known = new HashSet<>();
    names(DOCUMENT.resolve("#/components/messages"))
        .forEach(name -> known.add("#/components/messages/" + name));
    assertThat(used).isEqualTo(known);
  }

  @Test
  void knowsEachTopicOnceAndNoOther() {
    assertThat(names(DOCUMENT.root().get("channels")))
        .containsExactlyInAnyOrderElementsOf(specs().map(TopicSpec::name).toList());
  }

  @ParameterizedTest
  @MethodSource("specs")
  void tellsTheSettingsThatTheTopicIsCreatedWith(TopicSpec spec) {
    JsonNode channel = DOCUMENT.resolve("#/channels/" + spec.name());
    JsonNode kafka = channel.at("/bindings/kafka");

    assertThat(channel.get("address").textValue()).isEqualTo(spec.name());
    assertThat(kafka.get("topic").textValue()).isEqualTo(spec.name());
    assertThat(kafka.get("partitions").intValue()).isEqualTo(spec.partitions());
    Map<String, String> documented = new TreeMap<>();
    kafka
        .get("topicConfiguration")
        .properties()
        .forEach(setting -> documented.put(setting.getKey(), text(setting.getValue())));
    assertThat(documented).isEqualTo(new TreeMap<>(spec.settings()));
  }

  @Test
  void namesTheGroupsOfTheCode() {
    assertThat(group("ingest.receiveRuns")).isEqualTo(Groups.INGEST);
    assertThat(group("trainer.receiveBatches")).isEqualTo(Groups.TRAINER);
    assertThat(group("inference.receiveImages")).isEqualTo(Groups.INFERENCE);
  }

  @Test
  void givesEveryMessageAKeyAndAContentType() {
    for (JsonNode message : DOCUMENT.resolve("#/components/messages")) {
      assertThat(message.at("/bindings/kafka/key").isObject()).isTrue();
      assertThat(message.get("contentType").textValue())
          .isIn("application/json", "application/vnd.safetensors", "application/octet-stream");
    }
  }

  private static String group(String operation) {
    return DOCUMENT
        .resolve("#/operations/" + operation)
        .at("/bindings/kafka/groupId/const")
        .textValue();
  }

  private static String text(JsonNode setting) {
    if (setting.isArray()) {
      List<String> values = new ArrayList<>();
      setting.forEach(value -> values.add(value.textValue()));
      return String.join(",", values);
    }
    return setting.asText();
  }

  private static void each(String section, BiConsumer<String, JsonNode> check) {
    JsonNode entries = DOCUMENT.root().get(section);
    assertThat(entries).isNotEmpty();
    entries
        .properties()
        .forEach(
            entry ->
                assertThatCode(() -> check.accept(entry.getKey(), entry.getValue()))
                    .as(entry.getKey())
                    .doesNotThrowAnyException());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void collectEmpty(String path, JsonNode node, List<String> empty) {
    if (node.isNull() || (node.isTextual() && node.textValue().isBlank())) {
      empty.add(path);
    }
    node.properties()
        .forEach(field -> collectEmpty(path + "/" + field.getKey(), field.getValue(), empty));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collectEmpty(path + "/" + i, node.get(i), empty);
      }
    }
  }
}
