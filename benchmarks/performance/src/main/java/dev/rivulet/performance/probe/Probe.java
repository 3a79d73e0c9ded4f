package dev.rivulet.performance.probe;

import dev.rivulet.performance.measure.Measured;
import java.util.Arrays;

/**
 * The main class of the processes that measure one thing each, and print it as a line of JSON; one
 * of them is measured from outside.
 */
public final class Probe {
  private Probe() {}

  /**
   * @param args which probe, and its own arguments
   */
  public static void main(String[] args) throws Exception {
    String[] own = Arrays.copyOfRange(args, 1, args.length);
    if (args[0].equals(EpochProbe.NAME)) {
      EpochProbe.run(own);
    } else {
      System.out.println(measured(args[0], own).toJson());
    }
    // engines leave threads behind that would keep the process
    System.exit(0);
  }

  private static Measured measured(String probe, String[] own) throws Exception {
    return switch (probe) {
      case TrainingProbe.NAME -> TrainingProbe.run(own);
      case ForwardProbe.NAME -> ForwardProbe.run(own);
      case OnnxProbe.NAME -> OnnxProbe.run(own);
      case AugmentationProbe.NAME -> AugmentationProbe.run(own);
      case MatmulProbe.NAME -> MatmulProbe.run(own);
      case MemoryProbe.NAME -> MemoryProbe.run(own);
      default -> throw new IllegalArgumentException("there is no probe " + probe);
    };
  }
}
