package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rivulet.events.batch.ImageBatch;
import dev.rivulet.events.batch.LabelledImages;
import dev.rivulet.events.batch.LabelledImages.Mixture;
import dev.rivulet.events.batch.ValidationBatch;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.checkpoint.TrainerPosition;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real blobs hold the tensors and the metadata that {@code asyncapi.yaml} says. */
class TensorDocumentationTest {
  private static final AsyncApiDocument DOCUMENT = AsyncApiDocument.read();
  private static final int[] DEPTHS = {2, 4, 2};
  private static final int[] FACTORS = {2, 4, 2};

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void describesABatch(boolean mixed) {
    Mixture mixture = new Mixture(new int[] {9, 0}, new float[] {0, 0.5f});
    LabelledImages images =
        new LabelledImages(
            new byte[2 * 3072], new int[] {0, 9}, mixed ? Optional.of(mixture) : Optional.empty());
    ProducerRecord<String, byte[]> batch =
        ImageBatch.parts(SampleEvents.RUN, 0, 1, 0, images).get(0).toRecord("topic");

    assertDescribed("ImageBatch", SafeTensors.read(batch.value()), 2);
    Map<String, String> headers = new TreeMap<>();
    batch
        .headers()
        .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
    assertThat(DOCUMENT.errors("#/components/schemas/ImageBatchFacts", headers)).isEmpty();
    headers.remove(Headers.PART);
    assertThat(DOCUMENT.errors("#/components/schemas/ImageBatchFacts", headers)).isNotEmpty();
  }

  @Test
  void describesAValidationBatchWithManyClasses() {
    LabelledImages images = new LabelledImages(new byte[3072], new int[] {300});
    ProducerRecord<String, byte[]> batch =
        new ValidationBatch("shapes-a207903bd568", 7, images).toRecord("topic");

    assertDescribed("ValidationBatch", SafeTensors.read(batch.value()), 1);
    assertThat(batch.key())
        .matches(DOCUMENT.message("ValidationBatch").at("/bindings/kafka/key/pattern").textValue());
  }

  @Test
  void describesTheMetadataOfACheckpoint() {
    ModelDescription model =
        new ModelDescription(
            SampleEvents.RUN,
            3,
            1536,
            "shapes",
            List.of("bar", "Ötzi"),
            1.5e-7,
            Double.NaN,
            SampleEvents.SHA256,
            SampleEvents.NOON);

    assertMetadata("#/components/schemas/ModelMetadata", model.toMetadata());
    assertThat(model.key())
        .matches(DOCUMENT.resolve("#/components/schemas/RunAndEpoch/pattern").textValue());
  }

  @Test
  void describesTheMetadataOfATrainerState() {
    assertMetadata(
        "#/components/schemas/PositionMetadata",
        TrainerPosition.start(SampleEvents.RUN, 0).toMetadata());
  }

  /** The counts are the published ones of the network at its two usual widths. */
  @Test
  void listsAllWeightsOfTheNetwork() {
    assertThat(parameters(32, 10)).isEqualTo(170_282);
    assertThat(parameters(16, 10)).isEqualTo(48_794);
  }

  @Test
  void listsWeightsAndWhatTrainingKeepsWithThemInATrainerState() {
    assertThat(
            DOCUMENT.message("TrainerState").at("/x-safetensors/tensors").findValuesAsText("name"))
        .containsExactly(
            "{weight}", "adam.m.{weight}", "adam.v.{weight}", "averaged.{weight}", "loss_scaling");
    for (JsonNode tensor : DOCUMENT.message("TrainerState").at("/x-safetensors/tensors")) {
      if (tensor.has("sameAs")) {
        assertThat(DOCUMENT.resolve(tensor.get("sameAs").textValue()))
            .isEqualTo(DOCUMENT.message("Checkpoint"));
      } else {
        assertThat(tensor.get("shape")).isNotEmpty();
      }
    }
  }

  private static void assertDescribed(String message, SafeTensors blob, int images) {
    JsonNode documented = DOCUMENT.message(message).get("x-safetensors");
    assertMetadata(documented.at("/metadata/$ref").textValue(), blob.metadata());
    List<JsonNode> tensors = new ArrayList<>();
    documented.get("tensors").forEach(tensors::add);
    tensors.removeIf(
        tensor ->
            tensor.path("optional").booleanValue() && !blob.has(tensor.get("name").textValue()));
    assertThat(blob.tensors()).hasSameSizeAs(tensors);
    for (JsonNode tensor : tensors) {
      Tensor real = blob.tensor(tensor.get("name").textValue());
      List<Integer> shape = new ArrayList<>();
      tensor
          .get("shape")
          .forEach(dimension -> shape.add(evaluate(dimension.asText(), Map.of("n", images))));
      assertThat(real.shape()).isEqualTo(shape);
      assertThat(tensor.get("dtype")).anyMatch(t -> t.textValue().equals(real.type().name()));
    }
  }

  private static void assertMetadata(String schema, Map<String, String> metadata) {
    assertThat(DOCUMENT.errors(schema, metadata)).isEmpty();
    Map<String, JsonNode> documented = new LinkedHashMap<>();
    DOCUMENT
        .resolve(schema + "/properties")
        .properties()
        .forEach(property -> documented.put(property.getKey(), property.getValue()));
    assertThat(metadata.keySet()).containsExactlyInAnyOrderElementsOf(documented.keySet());
    for (String key : metadata.keySet()) {
      Map<String, String> broken = new TreeMap<>(metadata);
      broken.remove(key);
      assertThat(DOCUMENT.errors(schema, broken)).as("without " + key).isNotEmpty();
    }
  }

  private static int parameters(int width, int classes) {
    int sum = 0;
    for (JsonNode tensor : DOCUMENT.message("Checkpoint").at("/x-safetensors/tensors")) {
      String name = tensor.get("name").textValue();
      int lastStage = DEPTHS.length - 1;
      if (name.startsWith("head.")) {
        sum += size(tensor, width, lastStage, classes);
      } else if (name.startsWith("stem.")) {
        sum += size(tensor, width, 0, classes);
      } else if (name.startsWith("downscales.")) {
        for (int stage = 0; stage < lastStage; stage++) {
          sum += size(tensor, width, stage, classes);
        }
      } else {
        assertThat(name).startsWith("stages.{stage}.blocks.{block}.");
        for (int stage = 0; stage <= lastStage; stage++) {
          sum += DEPTHS[stage] * size(tensor, width, stage, classes);
        }
      }
    }
    return sum;
  }

  private static int size(JsonNode tensor, int width, int stage, int classes) {
    Map<String, Integer> values =
        Map.of(
            "width",
            width,
            "channels",
            width << stage,
            "factor",
            FACTORS[stage],
            "classes",
            classes);
    int product = 1;
    for (JsonNode dimension : tensor.get("shape")) {
      product *= evaluate(dimension.asText(), values);
    }
    return product;
  }

  /** A product of numbers and names. */
  private static int evaluate(String dimension, Map<String, Integer> values) {
    int product = 1;
    for (String operand : dimension.split("\\*")) {
      String name = operand.trim();
      product *= values.containsKey(name) ? values.get(name) : Integer.parseInt(name);
    }
    return product;
  }
}
