package dev.rivulet.export;

import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.events.tensor.SafeTensors;
import dev.rivulet.events.tensor.SafeTensorsException;
import dev.rivulet.export.card.ModelCard;
import dev.rivulet.export.onnx.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A folder with a model that leaves: the weights, the network for other engines, the card. */
public record ModelFolder(Path path) {

  /** The weights, as a checkpoint has them. */
  public Path weights() {
    return path.resolve("model.safetensors");
  }

  /** Network and weights. */
  public Path onnx() {
    return path.resolve("model.onnx");
  }

  /** What the model is and how to load it. */
  public Path card() {
    return path.resolve("README.md");
  }

  /**
   * After how many steps the weights that lie here were saved, if there are any.
   *
   * @throws SafeTensorsException if the file is not what we write
   */
  public Optional<Long> savedStep() {
    if (!Files.exists(weights())) {
      return Optional.empty();
    }
    try {
      SafeTensors saved = SafeTensors.read(Files.readAllBytes(weights()));
      return Optional.of(ModelDescription.fromMetadata(saved).step());
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read (%s)".formatted(weights(), e), e);
    }
  }

  /** Writes all three, replacing older ones. */
  public void write(TrainedModel model) {
    AtomicFile.write(
        weights(), model.weights().toSafeTensors(model.description().toMetadata()).toBytes());
    AtomicFile.write(onnx(), OnnxModel.of(model.description(), model.weights()));
    AtomicFile.write(card(), ModelCard.of(model));
  }
}
