package dev.rivulet.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser;

/** Answers requests that fail before a service looks at what they ask for with a problem. */
class RequestProblems {
  private static final Logger LOG = Logger.getLogger(RequestProblems.class);
  private static final int FIRST_ERROR = 400;

  @ServerExceptionMapper
  RestResponse<Problem> brokenOff(BrokenBodyException e) {
    return badBody();
  }

  @ServerExceptionMapper
  RestResponse<Problem> malformed(MultipartParser.MalformedMessageException e) {
    return badBody();
  }

  /** Of a form it is the client's fault; of anything else, for instance a full disk, it is ours. */
  @ServerExceptionMapper
  RestResponse<Problem> failed(IOException e) {
    if (comesFromParser(e)) {
      return badBody();
    }
    LOG.error("a request failed", e);
    return Problem.of(
        Status.INTERNAL_SERVER_ERROR, "the request could not be worked on; see the service's log");
  }

  /** With all that the exception says, for instance which methods there are instead. */
  @ServerExceptionMapper
  Response refused(WebApplicationException e) {
    Response thrown = e.getResponse();
    if (thrown.hasEntity() || thrown.getStatus() < FIRST_ERROR) {
      return thrown;
    }
    Response.ResponseBuilder answer = Response.status(thrown.getStatus());
    thrown
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> answer.header(name, value)));
    return answer
        .header(HttpHeaders.CONTENT_TYPE, null)
        .type(Problem.MEDIA_TYPE)
        .entity(new Problem(title(thrown.getStatus()), thrown.getStatus(), e.getMessage()))
        .build();
  }

  private static String title(int status) {
    Status known = Status.fromStatusCode(status);
    return known == null ? "Status " + status : known.getReasonPhrase();
  }

  /**
   * Quarkus throws bare exceptions when a form ends too early. It stores files while it reads them,
   * so what matters is who threw.
   */
  private static boolean comesFromParser(IOException e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length > 0
        && trace[0].getClassName().startsWith(MultipartParser.class.getPackageName() + ".");
  }

  private static RestResponse<Problem> badBody() {
    return Problem.of(
        Status.BAD_REQUEST, "the body ends too early or is not what its Content-Type says");
  }
}
