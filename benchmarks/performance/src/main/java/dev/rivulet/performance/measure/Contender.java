package dev.rivulet.performance.measure;

/**
 * Something that is measured again and again, in turns with others.
 *
 * @param name as results show it
 * @param role whose failure ends the benchmark, and whose is only told
 */
public record Contender(String name, Role role, Trial trial) {

  /** Whether it is Rivulet, or somebody it is compared with. */
  public enum Role {
    OURS,
    PEER
  }

  /** One repetition, from nothing to a result. */
  @FunctionalInterface
  public interface Trial {

    /**
     * @throws TrialFailedException if it gave no result
     */
    Measured run() throws Exception;
  }

  public static Contender ours(String name, Trial trial) {
    return new Contender(name, Role.OURS, trial);
  }

  public static Contender peer(String name, Trial trial) {
    return new Contender(name, Role.PEER, trial);
  }
}
