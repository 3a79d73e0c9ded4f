package dev.rivulet.events.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.SampleEvents;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDescriptionTest {
  private static final List<String> CLASSES = List.of("cat", "\"dog\"", "Ötzi\n", "a,b", "");

  @Test
  void readsBackWhatItWrites() {
    ModelDescription model = model(0.1 + 0.2, 1 / 3.0);

    assertThat(ModelDescription.fromMetadata(blob(model.toMetadata()))).isEqualTo(model);
    assertThat(model.key()).isEqualTo(SampleEvents.RUN + "/7");
  }

  @Test
  void readsBackThatItWasNotValidated() {
    ModelDescription model = model(Double.NaN, Double.NaN);

    assertThat(ModelDescription.fromMetadata(blob(model.toMetadata()))).isEqualTo(model);
  }

  @Test
  void refusesMetadataThatLacksSomething() {
    for (String key : model(1, 1).toMetadata().keySet()) {
      Map<String, String> metadata = new TreeMap<>(model(1, 1).toMetadata());
      metadata.remove(key);
      assertThatThrownBy(() -> ModelDescription.fromMetadata(blob(metadata)))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessage("no metadata " + key);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epoch|-1",
        "epoch|4294967296",
        "epoch|one",
        "step|-1",
        "step|1.0",
        "step|9223372036854775808",
        "validation_loss|low",
        "validation_accuracy|''",
        "created_at|yesterday",
        "class_names|cat, dog",
        "class_names|null",
        "class_names|[]",
        "class_names|[\"cat\"]",
        "class_names|[\"cat\", null]",
        "class_names|[\"cat\", {}]",
        "class_names|{\"0\": \"cat\"}",
      })
  void refusesMalformedMetadata(String key, String value) {
    Map<String, String> metadata = new TreeMap<>(model(1, 1).toMetadata());
    metadata.put(key, value);

    assertThatThrownBy(() -> ModelDescription.fromMetadata(blob(metadata)))
        .isInstanceOf(SafeTensorsException.class);
  }

  @Test
  void refusesADescriptionWithOneCharacterChanged() {
    Map<String, String> good = model(1, 0.5).toMetadata();
    for (Map.Entry<String, String> entry : good.entrySet()) {
      for (int at = 0; at < entry.getValue().length(); at++) {
        StringBuilder value = new StringBuilder(entry.getValue());
        value.setCharAt(at, (char) (value.charAt(at) ^ 1));
        Map<String, String> damaged = new TreeMap<>(good);
        damaged.put(entry.getKey(), value.toString());

        assertThatThrownBy(() -> ModelDescription.fromMetadata(blob(damaged)))
            .as("%s with %s", entry.getKey(), value)
            .isInstanceOf(SafeTensorsException.class);
      }
    }
  }

  @Test
  void sealsWhatSomebodyElseDescribed() {
    Map<String, String> metadata = new TreeMap<>(model(1, 0.5).toMetadata());
    metadata.put("run", "another");
    metadata.put("kept", "too");

    Map<String, String> sealed = ModelDescription.withChecksum(metadata);

    assertThat(ModelDescription.fromMetadata(blob(sealed)).run()).isEqualTo("another");
    assertThat(sealed).containsEntry("kept", "too");
  }

  @Test
  void refusesMoreClassesThanANetworkHas() {
    Map<String, String> metadata = new TreeMap<>(model(1, 1).toMetadata());
    metadata.put("class_names", "[" + "\"c\",".repeat(1_000) + "\"c\"]");

    assertThatThrownBy(() -> ModelDescription.fromMetadata(blob(metadata)))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("1001 classes; 2 to 1,000 are possible");
  }

  @Test
  void knowsWhichNamesCanBeUsed() {
    assertThat(List.of("a", " b ", "Ötzi\n", "猫", "x".repeat(200)))
        .allMatch(ModelDescription::isUsableName);
    assertThat(List.of("", " ", "\t\n", "x".repeat(201), "half a pair \ud83d"))
        .noneMatch(ModelDescription::isUsableName);
  }

  private static ModelDescription model(double loss, double accuracy) {
    return new ModelDescription(
        SampleEvents.RUN,
        7,
        1L << 40,
        "shapes",
        CLASSES,
        loss,
        accuracy,
        SampleEvents.SHA256,
        SampleEvents.NOON);
  }

  private static SafeTensors blob(Map<String, String> metadata) {
    return SafeTensors.read(SafeTensors.of(List.of(), metadata).toBytes());
  }

  @Test
  void boundsTheClassNames() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String longName = "[\"a\",\"" + "b".repeat(300_000) + "\"]";
    String many = "[\"a\"" + ",\"b\"".repeat(300_000) + "]";
    for (String json : List.of(deep, longName, many, "[\"a\",null]", "[\"a\",\"b\"] x", "null")) {
      assertThatThrownBy(() -> ModelDescription.readClasses(json))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessage("class_names is no JSON array of names");
    }
  }
}
