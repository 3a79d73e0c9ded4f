package dev.rivulet.inference.classify;

import java.time.Duration;

/** Says that a request's body took too long to come, and what to do. */
public class SlowBodyException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SlowBodyException(Duration longest) {
    super(
        "the body did not come within %d seconds; send a smaller image, or publish to the images topic"
            .formatted(longest.toSeconds()));
  }
}
