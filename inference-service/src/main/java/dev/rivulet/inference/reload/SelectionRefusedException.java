package dev.rivulet.inference.reload;

import org.jboss.resteasy.reactive.RestResponse.Status;

/** Says why a request selects no model, and what to do. */
final class SelectionRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Status status;

  SelectionRefusedException(Status status, String message) {
    super(message);
    this.status = status;
  }

  Status status() {
    return status;
  }
}
