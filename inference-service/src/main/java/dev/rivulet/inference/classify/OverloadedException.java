package dev.rivulet.inference.classify;

/** Says that as many requests are worked on as this service allows. */
public class OverloadedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(int requests) {
    super(
        "%d requests are worked on already; try again in a second, or publish to the images topic"
            .formatted(requests));
  }
}
