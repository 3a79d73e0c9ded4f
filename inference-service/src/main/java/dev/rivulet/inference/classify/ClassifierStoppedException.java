package dev.rivulet.inference.classify;

/** Says that no image will be classified any more: the service ends, or its engine is gone. */
public class ClassifierStoppedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  public ClassifierStoppedException() {
    super("this service is stopping; send the image to another one or again later");
  }
}
