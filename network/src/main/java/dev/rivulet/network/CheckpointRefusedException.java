package dev.rivulet.network;

/** Says why a checkpoint cannot be served. */
public class CheckpointRefusedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;

  public CheckpointRefusedException(RefusalReason reason, String message) {
    this(reason, message, null);
  }

  public CheckpointRefusedException(RefusalReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public RefusalReason reason() {
    return reason;
  }
}
