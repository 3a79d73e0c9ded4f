package dev.rivulet.local.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.network.VerifiedCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelTest {
  private static final SavedModel.Labels NONE =
      new SavedModel.Labels(Optional.empty(), Optional.empty(), Optional.empty());
  private static final Clock CLOCK = Clock.fixed(SampleModels.NOON, ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void takesWhatARunHasSavedAsItIs() throws Exception {
    byte[] saved = SampleModels.blob("run", 3);
    Files.write(folder.resolve("model.safetensors"), saved);

    for (Path named : List.of(folder, folder.resolve("model.safetensors"))) {
      SavedModel model = SavedModel.read(named, NONE, CLOCK);
      assertThat(model.description()).isEqualTo(SampleModels.description("run", 3));
      assertThat(model.blob()).isEqualTo(saved);
    }
  }

  @Test
  void takesBareTensorsIfTheUserNamesTheClasses() throws Exception {
    Path file = write(Map.of());

    SavedModel model =
        SavedModel.read(
            file,
            new SavedModel.Labels(
                Optional.of("theirs"), Optional.of(List.of("x", "y", "z")), Optional.of("letters")),
            CLOCK);

    ModelDescription description = model.description();
    assertThat(description.key()).isEqualTo("theirs/0");
    assertThat(description.classes()).containsExactly("x", "y", "z");
    assertThat(description.dataset()).isEqualTo("letters");
    assertThat(description.validationAccuracy()).isNaN();
    assertThat(description.createdAt()).isEqualTo(SampleModels.NOON);
    assertThat(VerifiedCheckpoint.of(model.blob()).weights()).isEqualTo(SampleModels.weights(3));
  }

  @Test
  void namesAFileOfNoRunByItsWeights() throws Exception {
    Path file = write(Map.of("class_names", "[\"x\",\"y\",\"z\"]"));

    SavedModel model = SavedModel.read(file, NONE, CLOCK);
    assertThat(model.description().run())
        .isEqualTo("import-" + SampleModels.weights(3).sha256().substring(0, 8));
    assertThat(model.description().dataset()).isEqualTo("unknown");
  }

  @Test
  void saysThatTheClassesAreMissing() throws Exception {
    Path file = write(Map.of());

    assertThatThrownBy(() -> SavedModel.read(file, NONE, CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--classes A,B,… in the order of its 3 outputs");
  }

  @Test
  void refusesWhatReplicasWouldRefuse() throws Exception {
    assertRefused(new byte[100], "not safetensors");
    byte[] flipped = SampleModels.blob("run", 3);
    flipped[flipped.length - 1] ^= 1;
    assertRefused(flipped, "SHA-256");
    Map<String, String> metadata = new HashMap<>(SampleModels.description("run", 3).toMetadata());
    metadata.put("class_names", "[\"x\",\"y\"]");
    assertRefused(bare(metadata), "names 2 classes, but its network has 3 outputs");
    metadata.put("class_names", "[\"x\",\"y\",\"x\"]");
    assertRefused(bare(metadata), "same name");
    metadata.put("class_names", "x,y,z");
    assertRefused(bare(metadata), "no JSON array");
    metadata.put("class_names", "[\"x\",\"y\",\"z\"]");
    metadata.put("epoch", "-1");
    assertRefused(bare(metadata), "metadata epoch is -1");
    metadata.put("epoch", "1");
    metadata.put("created_at", "yesterday");
    assertRefused(bare(metadata), "created_at is no time");
    assertRefused(SafeTensors.of(List.of(), Map.of()).toBytes(), "stem.conv.weight");
  }

  @Test
  void saysThatThereIsNoSuchFile() {
    assertThatThrownBy(() -> SavedModel.read(folder.resolve("none"), NONE, CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> SavedModel.read(folder, NONE, CLOCK))
        .hasMessageContaining("a folder with a model.safetensors");
  }

  private void assertRefused(byte[] bytes, String why) throws Exception {
    Path file = Files.write(folder.resolve("bad.safetensors"), bytes);
    assertThatThrownBy(() -> SavedModel.read(file, NONE, CLOCK))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("bad.safetensors cannot be served: ")
        .hasMessageContaining(why);
  }

  private Path write(Map<String, String> metadata) throws Exception {
    return Files.write(folder.resolve("bare.safetensors"), bare(metadata));
  }

  /** The tensors without the network's metadata. */
  private static byte[] bare(Map<String, String> metadata) {
    return SafeTensors.of(SampleModels.weights(3).toSafeTensors(Map.of()).tensors(), metadata)
        .toBytes();
  }
}
