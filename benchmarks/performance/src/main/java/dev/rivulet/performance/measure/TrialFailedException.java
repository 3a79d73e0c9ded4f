package dev.rivulet.performance.measure;

/** A repetition gave no result; the message says why and, if it can, what to do. */
public final class TrialFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrialFailedException(String message) {
    super(message);
  }

  public TrialFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
