package dev.rivulet.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.network.ParameterLayout.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the flat parameter vector, in {@link EngineOrder}, into the pieces the layers use, in the
 * order they use them.
 *
 * <p>One split makes all the views, so the backward pass joins their gradients in one
 * concatenation.
 */
final class ParameterViews {
  /** A piece of the vector, with the shape its layer wants. */
  private record Piece(long end, Shape shape, boolean isBlockScale) {}

  private final List<Piece> pieces = new ArrayList<>();

  ParameterViews(NetworkConfig config) {
    for (Parameter parameter : ParameterLayout.of(config).parameters()) {
      long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
      boolean isBlockScale = parameter.role() == ParameterLayout.Role.BLOCK_SCALE;
      pieces.add(new Piece(parameter.offset() + parameter.size(), new Shape(shape), isBlockScale));
    }
  }

  /** The layers' parameters, owned by the manager of the vector. */
  List<NDArray> of(NDArray flat) {
    long[] cuts = pieces.stream().limit(pieces.size() - 1L).mapToLong(Piece::end).toArray();
    NDList views = flat.split(cuts);
    List<NDArray> parameters = new ArrayList<>(views.size());
    for (int i = 0; i < views.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.isBlockScale) {
        scaleProjection(parameters, views.get(i));
      } else {
        boolean flatPiece = piece.shape.dimension() == 1;
        parameters.add(flatPiece ? views.get(i) : views.get(i).reshape(piece.shape));
      }
    }
    return parameters;
  }

  private static void scaleProjection(List<NDArray> parameters, NDArray scale) {
    int weight = parameters.size() - 2;
    int bias = parameters.size() - 1;
    parameters.set(weight, parameters.get(weight).mul(scale.reshape(-1, 1)));
    parameters.set(bias, parameters.get(bias).mul(scale));
  }
}
