package dev.rivulet.ingest.dataset;

/** Says in one line why a data set cannot be used and what to do about it. */
public class DatasetException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public DatasetException(String message) {
    super(message);
  }

  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
