package dev.rivulet.inference.classify;

/**
 * Says that the engine fails whatever the image: it is not the images' fault, and no other image
 * will fare better in this process.
 */
class BrokenEngineException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  BrokenEngineException(RuntimeException cause) {
    super(
        "the engine fails for a grey image, too, which it has classified before: "
            + cause.getMessage(),
        cause);
  }
}
