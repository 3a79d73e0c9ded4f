package dev.rivulet.events;

/** The names of the consumer groups, where one service needs to know another's. */
public final class Groups {
  /** Whoever owns the partition of {@code training-runs} in it is the one active ingest. */
  public static final String INGEST = "rivulet-ingest";

  /**
   * Whoever owns the partition of {@code training-batches} in it is the one active trainer; its
   * committed offset is what the trainer has consumed, for ingest's flow control.
   */
  public static final String TRAINER = "rivulet-trainer";

  /** All inference replicas: each image goes to one of them. */
  public static final String INFERENCE = "rivulet-inference";

  private Groups() {}
}
