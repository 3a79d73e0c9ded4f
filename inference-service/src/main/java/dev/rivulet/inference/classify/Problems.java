package dev.rivulet.inference.classify;

import dev.rivulet.events.image.ImageRejectedException;
import dev.rivulet.events.kafka.ClientTrouble;
import dev.rivulet.inference.reload.NoModelException;
import dev.rivulet.rest.Problem;
import jakarta.ws.rs.NotSupportedException;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers what fails while images are classified or shown with a problem that says what to do. */
class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);
  private static final Duration A_MOMENT = Duration.ofSeconds(1);
  private static final Duration NEXT_EPOCH = Duration.ofSeconds(10);

  @ServerExceptionMapper
  RestResponse<Problem> rejected(ImageRejectedException e) {
    return Problem.of(Status.fromStatusCode(ClassifyResource.status(e.reason())), e.getMessage());
  }

  @ServerExceptionMapper
  RestResponse<Problem> noModel(NoModelException e) {
    return Problem.unavailable(e.getMessage(), NEXT_EPOCH);
  }

  @ServerExceptionMapper
  RestResponse<Problem> tooSlow(SlowBodyException e) {
    return Problem.of(Status.REQUEST_TIMEOUT, e.getMessage());
  }

  @ServerExceptionMapper({OverloadedException.class, ClassifierStoppedException.class})
  RestResponse<Problem> unavailable(IllegalStateException e) {
    return Problem.unavailable(e.getMessage(), A_MOMENT);
  }

  @ServerExceptionMapper
  RestResponse<Problem> noKafka(KafkaException e) {
    return Problem.unavailable("the topics cannot be read now: " + new ClientTrouble(e), A_MOMENT);
  }

  @ServerExceptionMapper
  RestResponse<Problem> wrongContentType(NotSupportedException e) {
    return Problem.of(
        Status.UNSUPPORTED_MEDIA_TYPE,
        "send the image as the body with Content-Type image/jpeg, image/png, image/gif, image/bmp"
            + " or application/octet-stream, or files as multipart/form-data");
  }

  @ServerExceptionMapper
  RestResponse<Problem> unexpected(RuntimeException e) {
    LOG.error("a request failed", e);
    return Problem.of(
        Status.INTERNAL_SERVER_ERROR,
        "the image could not be classified; see the log of inference-service");
  }
}
