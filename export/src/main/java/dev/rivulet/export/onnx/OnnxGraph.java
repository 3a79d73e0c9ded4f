package dev.rivulet.export.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.rivulet.events.tensor.Tensor;
import dev.rivulet.events.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Grows an ONNX graph node by node; values are known by their names. */
final class OnnxGraph {
  /** The name of the dimension whose size the caller chooses. */
  private static final String BATCH = "n";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private int nodes;

  OnnxGraph(String name) {
    graph.setName(name);
  }

  /** An input [n, dimensions...]. */
  String input(String name, TensorProto.DataType type, int... dimensions) {
    graph.addInput(value(name, type, dimensions));
    return name;
  }

  /** Makes a value an output [n, dimensions...] of floats. */
  void output(String name, int... dimensions) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, dimensions));
  }

  /** A constant with the tensor's name, shape and values. */
  String constant(Tensor tensor) {
    if (tensor.type() != TensorType.F32) {
      throw new IllegalArgumentException(
          "tensor %s is %s, not F32".formatted(tensor.name(), tensor.type()));
    }
    TensorProto.Builder constant =
        TensorProto.newBuilder()
            .setName(tensor.name())
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(tensor.data()));
    tensor.shape().forEach(constant::addDims);
    graph.addInitializer(constant);
    return tensor.name();
  }

  /** A constant of these values; a scalar if there is no shape. */
  String constant(String name, float[] values, int... shape) {
    return constant(Tensor.ofFloats(name, values, shape));
  }

  /** A node with one output, which gets a name of its own. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return named(operator.toLowerCase(Locale.ROOT) + "_" + nodes, operator, inputs, attributes);
  }

  /** A node with one output of that name. */
  String named(String output, String operator, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(operator + "_" + nodes++)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
    return output;
  }

  GraphProto build() {
    return graph.build();
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, long[] values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int[] dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam(BATCH);
    Arrays.stream(dimensions).forEach(size -> shape.addDimBuilder().setDimValue(size));
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
