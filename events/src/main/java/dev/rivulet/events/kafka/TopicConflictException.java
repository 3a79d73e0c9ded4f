package dev.rivulet.events.kafka;

/** Says that an existing topic's settings would lose data, and how to change them. */
public class TopicConflictException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  public TopicConflictException(String message) {
    super(message);
  }
}
