package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Converts arrays to another type so that gradients flow back through the conversion.
 *
 * <p>DJL's {@link NDArray#toType} cuts them off, and does not know BFLOAT16. The engine itself
 * does, and runs TorchScript: so the conversion is a module of one line, written here as the
 * archive that the engine loads. Arrays in a type that DJL does not know must not be asked for
 * their type.
 *
 * <p>Thread-safe.
 */
final class TypeConversion implements AutoCloseable {

  /** What can be converted to, by the engine's own numbers ({@code c10::ScalarType}). */
  enum Target {
    FLOAT16(5),
    FLOAT32(6),
    BFLOAT16(15);

    private final int number;

    Target(int number) {
      this.number = number;
    }
  }

  private static final String CODE =
      """
      class Conversion(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Conversion,
          x: Tensor) -> Tensor:
          return torch.to(x, %d)
      """;

  // pickled: an object of that class whose one attribute, training, is true; and an empty tuple
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nConversion\n)\u0081}X\u0008\0\0\0training\u0088sb.";
  private static final String NO_CONSTANTS = "\u0080\u0002).";
  private static final String FORMAT_VERSION = "3\n";

  private final Model model;
  private final ParameterStore noParameters;
  final Block block;

  TypeConversion(Target target, Device device) {
    model = Model.newInstance("conversion", device, "PyTorch");
    try {
      noParameters = new ParameterStore(model.getNDManager(), false);
      block = loaded(target);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private Block loaded(Target target) {
    try {
      model.load(new ByteArrayInputStream(archive(target)));
    } catch (IOException e) {
      throw new UncheckedIOException("the engine cannot read its own format", e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("the engine refuses the conversion to " + target, e);
    }
    Block loaded = model.getBlock();
    // otherwise DJL does so in the first forward pass, and two threads in it spoil each other's
    loaded.initialize(model.getNDManager(), DataType.FLOAT32, new Shape());
    return loaded;
  }

  /** The array in the other type, owned by its manager. */
  NDArray apply(NDArray array) {
    return block.forward(noParameters, new NDList(array), true).singletonOrThrow();
  }

  private static byte[] archive(Target target) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "data.pkl", OBJECT);
      add(zip, "code/__torch__.py", CODE.formatted(target.number));
      add(zip, "constants.pkl", NO_CONSTANTS);
      add(zip, "version", FORMAT_VERSION);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("conversion/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  @Override
  public void close() {
    model.close();
  }
}
