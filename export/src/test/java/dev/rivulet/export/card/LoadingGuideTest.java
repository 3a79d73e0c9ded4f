package dev.rivulet.export.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.export.ModelFolder;
import dev.rivulet.export.Samples;
import dev.rivulet.export.TrainedModel;
import dev.rivulet.network.NetworkConfig;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model card tells Java programmers to write compiles, and answers. */
class LoadingGuideTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void itsJavaLoadsTheModelAndAnswers() throws Exception {
    ModelFolder model = new ModelFolder(folder.resolve("model"));
    model.write(
        new TrainedModel(
            Samples.model(),
            Samples.weights(NetworkConfig.of(8, 10)),
            Optional.empty(),
            Optional.empty()));
    Matcher snippet = JAVA.matcher(Files.readString(model.card()));
    assertThat(snippet.find()).isTrue();

    Object[] answer = run(snippet.group(1), model.onnx());

    float[][] probabilities = (float[][]) answer[0];
    assertThat(probabilities).hasDimensions(1, 10);
    float sum = 0;
    for (float probability : probabilities[0]) {
      sum += probability;
    }
    assertThat(sum).isBetween(0.999f, 1.001f);
    assertThat(answer[1]).isEqualTo(Samples.model().toMetadata().get("class_names"));
  }

  /** In a method of its own, which gives back the variables that the guide ends with. */
  private Object[] run(String snippet, Path onnx) throws Exception {
    String end = "get(\"class_names\");\n";
    assertThat(snippet).contains("\"model.onnx\"", end);
    String source =
        """
        import ai.onnxruntime.*;
        import java.nio.ByteBuffer;
        import java.util.Map;

        public class Snippet {
          public static Object[] run(String file) throws OrtException {
        %s
          }
        }
        """
            .formatted(
                snippet
                    .replace("\"model.onnx\"", "file")
                    .replace(end, end + "return new Object[] {probabilities, classes};\n"));
    Path file = Files.writeString(folder.resolve("Snippet.java"), source);
    String classPath = System.getProperty("java.class.path");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classPath, "-d", folder.toString(), file.toString()))
        .as(source)
        .isZero();
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls)) {
      return (Object[])
          loader.loadClass("Snippet").getMethod("run", String.class).invoke(null, onnx.toString());
    }
  }
}
