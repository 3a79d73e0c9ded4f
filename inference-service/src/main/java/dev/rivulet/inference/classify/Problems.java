package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.inference.Problem;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers every request that fails with a problem document that says what to do. */
class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);

  @ServerExceptionMapper
  RestResponse<Problem> rejected(ImageRejectedException e) {
    return Problem.of(Status.fromStatusCode(ClassifyResource.status(e.reason())), e.getMessage());
  }

  @ServerExceptionMapper
  RestResponse<Problem> noModel(NoModelException e) {
    return Problem.noModel();
  }

  @ServerExceptionMapper({OverloadedException.class, ClassifierStoppedException.class})
  RestResponse<Problem> unavailable(IllegalStateException e) {
    return Problem.unavailable(e.getMessage());
  }

  @ServerExceptionMapper
  RestResponse<Problem> wrongContentType(NotSupportedException e) {
    return Problem.of(
        Status.UNSUPPORTED_MEDIA_TYPE,
        "send the image as the body with Content-Type image/jpeg, image/png, image/gif, image/bmp"
            + " or application/octet-stream, or files as multipart/form-data");
  }

  @ServerExceptionMapper
  RestResponse<Problem> brokenOff(IOException e) {
    return Problem.of(
        Status.BAD_REQUEST, "the body ends too early or is not what its Content-Type says");
  }

  @ServerExceptionMapper
  RestResponse<Problem> refused(WebApplicationException e) {
    Status status = Status.fromStatusCode(e.getResponse().getStatus());
    return Problem.of(status, e.getMessage());
  }

  @ServerExceptionMapper
  RestResponse<Problem> unexpected(RuntimeException e) {
    LOG.error("a request failed", e);
    return Problem.of(
        Status.INTERNAL_SERVER_ERROR,
        "the image could not be classified; see the log of inference-service");
  }
}
