package dev.rivulet.inference.reload;

/** Says that there is no model yet to classify with. */
public class NoModelException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  public NoModelException() {
    super("there is no checkpoint yet; train a model, or wait for the first epoch to end");
  }
}
