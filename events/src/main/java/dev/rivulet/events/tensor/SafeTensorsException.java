package dev.rivulet.events.tensor;

/**
 * Says why a blob is not a usable safetensors file, or lacks a tensor or metadata it should have.
 */
public class SafeTensorsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public SafeTensorsException(String message) {
    super(message);
  }

  public SafeTensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
