package dev.rivulet.network;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A program in the engine's own language, for what DJL has no call for, or needs many calls for. It
 * is written here as the archive that the engine loads.
 *
 * <p>A program is the methods of a class {@code __torch__.Script}, in the form in which the engine
 * saves TorchScript.
 *
 * <p>Thread-safe.
 */
final class TorchScript implements AutoCloseable {
  private static final String HEADER =
      """
      class Script(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
          """;

  // pickled: an object of that class whose one attribute, training, is true; and an empty tuple
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nScript\n)\u0081}X\u0008\0\0\0training\u0088sb.";
  private static final String NO_CONSTANTS = "\u0080\u0002).";
  private static final String FORMAT_VERSION = "3\n";

  private final Model model;
  private final ParameterStore noParameters;
  final PtSymbolBlock block;

  /**
   * @param methods as Python has them, not indented
   * @throws EngineException if the engine refuses them
   */
  TorchScript(String methods, Device device) {
    model = Model.newInstance("script", device, "PyTorch");
    try {
      noParameters = new ParameterStore(model.getNDManager(), false);
      block = loaded(HEADER + methods.indent(2));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private PtSymbolBlock loaded(String code) {
    try {
      model.load(new ByteArrayInputStream(archive(code)));
    } catch (IOException e) {
      throw new UncheckedIOException("the engine cannot read its own format", e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("the engine refuses a program of ours", e);
    }
    PtSymbolBlock loaded = (PtSymbolBlock) model.getBlock();
    // otherwise DJL does so in the first call, and two threads in it spoil each other's
    loaded.initialize(model.getNDManager(), DataType.FLOAT32, new Shape());
    return loaded;
  }

  /**
   * What {@code forward} makes of some arrays, owned by the manager of the first one. It may
   * compute gradients on its way.
   *
   * @throws EngineException if the engine fails; DJL then keeps a reference to each of the arrays
   */
  NDList withGradients(NDArray... inputs) {
    runAsWritten();
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return block.forward(noParameters, new NDList(inputs), true);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * What {@code forward} makes of an array and a list of arrays, owned by the manager of the
   * former.
   *
   * @param list from {@link #list}
   */
  NDArray apply(NDArray input, IValue list) {
    runAsWritten();
    try (IValue argument = IValue.from((PtNDArray) input);
        IValue result = block.forward(argument, list)) {
      return result.toTensor((PtNDManager) input.getManager());
    }
  }

  /**
   * What another method makes of a list of arrays: a list for {@link #apply}, which the caller
   * closes.
   *
   * @param arrays may be closed afterwards, if their memory is the engine's own, as that of {@link
   *     EngineVectors}
   */
  IValue list(String method, List<NDArray> arrays) {
    runAsWritten();
    try (IValue argument = IValue.listFrom(arrays.toArray(PtNDArray[]::new))) {
      return IValueUtils.runMethod(block, method, argument);
    }
  }

  /** On this thread; otherwise the engine rewrites a program for the shapes that came first. */
  private static void runAsWritten() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  private static byte[] archive(String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "data.pkl", OBJECT);
      add(zip, "code/__torch__.py", code);
      add(zip, "constants.pkl", NO_CONSTANTS);
      add(zip, "version", FORMAT_VERSION);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("script/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  @Override
  public void close() {
    model.close();
  }
}
