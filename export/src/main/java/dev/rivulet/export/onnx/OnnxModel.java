package dev.rivulet.export.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.rivulet.events.checkpoint.ModelDescription;
import dev.rivulet.network.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trained network as an ONNX file.
 *
 * <p>Input {@code image} is uint8 [n, 32, 32, 3], RGB as it is in a picture: the normalisation is
 * inside. Outputs are {@code logits} and {@code probabilities}, float [n, classes]. The file's
 * metadata say what a checkpoint's metadata say, class names among them.
 */
public final class OnnxModel {
  /** The first with layer normalization; ONNX Runtime has it since 1.12, of July 2022. */
  public static final int OPSET = 17;

  /** The file format that came with that opset. */
  private static final int IR_VERSION = 8;

  private OnnxModel() {}

  public static byte[] of(ModelDescription model, Weights weights) {
    ModelProto.Builder file =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("Rivulet")
            .setDocString(
                "Trained on "
                    + model.dataset()
                    + ", run "
                    + model.run()
                    + ", epoch "
                    + model.epoch())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(OnnxNetwork.graph(weights));
    Map<String, String> metadata = new LinkedHashMap<>(weights.config().toMetadata());
    metadata.putAll(model.toMetadata());
    // what it says of the file's own format is not true here
    metadata.remove("format");
    metadata.forEach((key, value) -> file.addMetadataPropsBuilder().setKey(key).setValue(value));
    return file.build().toByteArray();
  }
}
