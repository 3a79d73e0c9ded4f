package dev.rivulet.inference.classify;

/** Says that as many requests are worked on as this service allows, and what to do. */
public class OverloadedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String message) {
    super(message);
  }
}
