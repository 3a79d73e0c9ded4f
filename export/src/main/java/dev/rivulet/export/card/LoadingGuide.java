package dev.rivulet.export.card;

/** How to load a model in other languages. */
final class LoadingGuide {
  private static final String TEXT =
      """
      ## Use it

      Input `image` is uint8 [n, 32, 32, 3]: n RGB images as they are, row by row, 0 to 255. Outputs are `logits` and
      `probabilities`, float [n, CLASSES]. Images of another size are best cropped to a square and then resized. The class names are in
      the metadata of both files, under `class_names`, a JSON array. The file needs ONNX opset 17: ONNX Runtime 1.12 or newer.

      Python (`pip install onnxruntime pillow`):

      ```python
      import json
      import numpy as np
      import onnxruntime
      from PIL import Image

      session = onnxruntime.InferenceSession("model.onnx")
      classes = json.loads(session.get_modelmeta().custom_metadata_map["class_names"])
      image = np.asarray(Image.open("picture.png").convert("RGB").resize((32, 32)), np.uint8)[None]
      logits, probabilities = session.run(["logits", "probabilities"], {"image": image})
      print(classes[probabilities[0].argmax()], probabilities[0].max())
      ```

      The weights alone (`pip install safetensors`):

      ```python
      from safetensors.numpy import load_file

      weights = load_file("model.safetensors")
      ```

      Java (`com.microsoft.onnxruntime:onnxruntime`):

      ```java
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      ByteBuffer pixels = ByteBuffer.allocateDirect(32 * 32 * 3); // fill it: R, G, B of the first pixel, then the next one
      try (OrtSession session = environment.createSession("model.onnx");
          OnnxTensor image = OnnxTensor.createTensor(environment, pixels, new long[] {1, 32, 32, 3}, OnnxJavaType.UINT8);
          OrtSession.Result result = session.run(Map.of("image", image))) {
        float[][] probabilities = (float[][]) result.get("probabilities").orElseThrow().getValue();
        String classes = session.getMetadata().getCustomMetadata().get("class_names");
      }
      ```

      JavaScript (`npm install onnxruntime-web`):

      ```js
      import * as ort from 'onnxruntime-web';

      const session = await ort.InferenceSession.create('model.onnx');
      const context = new OffscreenCanvas(32, 32).getContext('2d');
      context.drawImage(picture, 0, 0, 32, 32); // an <img>, a video, a bitmap
      const rgba = context.getImageData(0, 0, 32, 32).data;
      const rgb = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => rgba[4 * Math.floor(i / 3) + (i % 3)]);
      const { probabilities } = await session.run({ image: new ort.Tensor('uint8', rgb, [1, 32, 32, 3]) });
      ```

      """;

  private LoadingGuide() {}

  static String of(int classes) {
    return TEXT.replace("CLASSES", String.valueOf(classes));
  }
}
