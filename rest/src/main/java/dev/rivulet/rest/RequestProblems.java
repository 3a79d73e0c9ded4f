package dev.rivulet.rest;

import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers requests that fail before a service looks at what they ask for with a problem. */
class RequestProblems {

  @ServerExceptionMapper
  RestResponse<Problem> brokenOff(IOException e) {
    return Problem.of(
        Status.BAD_REQUEST, "the body ends too early or is not what its Content-Type says");
  }

  @ServerExceptionMapper
  RestResponse<Problem> refused(WebApplicationException e) {
    return Problem.of(Status.fromStatusCode(e.getResponse().getStatus()), e.getMessage());
  }
}
