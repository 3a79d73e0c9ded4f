package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rivulet.events.run.Recipe;
import dev.rivulet.network.AdamOptimizer.Moments;
import dev.rivulet.network.ParameterLayout.Parameter;
import dev.rivulet.network.ParameterLayout.Role;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MuonTest {
  private static final float RATE = 0.01f;
  private static final double SIZE = 0.2;
  private static final double BETA = 0.9;
  private static final NetworkConfig CONFIG = NetworkConfig.of(8, 10);
  private static final ParameterLayout LAYOUT = ParameterLayout.of(CONFIG);

  static {
    ComputeDevice.select("cpu");
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final float[] first = random(1);
  private final float[] second = random(2);
  private float[] steps;
  private float[] adamSteps;

  @BeforeEach
  void takeTwoSteps() {
    steps = lastStep(Recipe.ORIGINAL.with(Map.of("muon", SIZE)));
    adamSteps = lastStep(Recipe.ORIGINAL);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void stepsDenseKernelsAlongTheirOrthogonalizedMomentum() {
    for (Parameter kernel : LAYOUT.parameters().stream().filter(MuonTest::isMuons).toList()) {
      double[][] expected = orthogonal(nesterov(kernel));
      double scale = RATE * SIZE * Math.sqrt(Math.max(expected.length, expected[0].length));
      for (int row = 0; row < expected.length; row++) {
        for (int column = 0; column < expected[0].length; column++) {
          float step = steps[kernel.offset() + row * expected[0].length + column];
          assertThat(step / scale).isCloseTo(expected[row][column], within(1e-3));
        }
      }
    }
  }

  @Test
  void itsStepsAreAsLongAsPromised() {
    for (Parameter kernel : LAYOUT.parameters().stream().filter(MuonTest::isMuons).toList()) {
      double squares = 0;
      for (int i = kernel.offset(); i < kernel.offset() + kernel.size(); i++) {
        squares += steps[i] * steps[i];
      }
      assertThat(Math.sqrt(squares / kernel.size()) / (RATE * SIZE)).isBetween(0.7, 1.3);
    }
  }

  @Test
  void leavesEverythingElseToAdam() {
    for (Parameter other : LAYOUT.parameters().stream().filter(p -> !isMuons(p)).toList()) {
      int from = other.offset();
      int to = from + other.size();
      assertThat(Arrays.copyOfRange(steps, from, to))
          .containsExactly(Arrays.copyOfRange(adamSteps, from, to));
    }
    assertThat(LAYOUT.parameters().stream().filter(MuonTest::isMuons)).hasSize(2 + 4 + 2 + 2);
  }

  private static boolean isMuons(Parameter parameter) {
    return parameter.role() == Role.DENSE && !parameter.name().equals("head.dense.weight");
  }

  /** What the second of two steps takes from weights of 0. */
  private float[] lastStep(Recipe recipe) {
    AdamOptimizer optimizer = new AdamOptimizer(recipe, Muon.of(recipe, CONFIG));
    Shape shape = new Shape(LAYOUT.size());
    Moments moments = new Moments(manager.zeros(shape), manager.zeros(shape));
    optimizer.update(manager.zeros(shape), moments, null, manager.create(first), 1, RATE);
    NDArray weights = manager.zeros(shape);
    optimizer.update(weights, moments, null, manager.create(second), 2, RATE);
    return weights.neg().toFloatArray();
  }

  private double[][] nesterov(Parameter kernel) {
    int rows = kernel.shape().get(0);
    int columns = kernel.shape().get(1);
    double[][] matrix = new double[rows][columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int i = kernel.offset() + row * columns + column;
        double share = (1 - BETA) * second[i];
        double momentum = BETA * (1 - BETA) * first[i] + share;
        matrix[row][column] = BETA * momentum + share;
      }
    }
    return matrix;
  }

  /** The quintic iteration in plain loops, whatever the shape. */
  private static double[][] orthogonal(double[][] matrix) {
    double norm =
        Math.sqrt(Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(v -> v * v).sum());
    double[][] x = combined(matrix, 1 / norm, matrix, 0);
    for (int i = 0; i < 5; i++) {
      double[][] cubic = product(product(x, transposed(x)), x);
      double[][] quintic = product(product(x, transposed(x)), cubic);
      x = combined(combined(x, 3.4445, cubic, -4.7750), 1, quintic, 2.0315);
    }
    return x;
  }

  private static double[][] combined(double[][] a, double p, double[][] b, double q) {
    double[][] sum = new double[a.length][a[0].length];
    for (int row = 0; row < a.length; row++) {
      for (int column = 0; column < a[0].length; column++) {
        sum[row][column] = p * a[row][column] + q * b[row][column];
      }
    }
    return sum;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int row = 0; row < a.length; row++) {
      for (int k = 0; k < b.length; k++) {
        for (int column = 0; column < b[0].length; column++) {
          product[row][column] += a[row][k] * b[k][column];
        }
      }
    }
    return product;
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < matrix[0].length; column++) {
        transposed[column][row] = matrix[row][column];
      }
    }
    return transposed;
  }

  private static float[] random(long seed) {
    float[] values = new float[LAYOUT.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * RandomBits.uniformAt(seed, i) - 1);
    }
    return values;
  }
}
