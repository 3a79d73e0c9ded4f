package dev.rivulet.events;

/** Says which record of which topic is not what its topic promises, and why. */
public class EventFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public EventFormatException(String message) {
    super(message);
  }

  public EventFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
