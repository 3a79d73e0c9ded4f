package dev.rivulet.events.image;

/** Says why an image cannot be classified or learned from, and what its sender can do about it. */
public class ImageRejectedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  public ImageRejectedException(RejectionReason reason, String message) {
    this(reason, message, null);
  }

  public ImageRejectedException(RejectionReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public RejectionReason reason() {
    return reason;
  }
}
