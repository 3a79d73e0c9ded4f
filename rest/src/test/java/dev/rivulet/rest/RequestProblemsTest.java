package dev.rivulet.rest;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.List;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestProblemsTest {
  private final RequestProblems problems = new RequestProblems();

  @ParameterizedTest
  @CsvSource({"404,Not Found", "422,Status 422", "499,Status 499", "599,Status 599"})
  void keepsTheStatusAlsoOfOneThatHasNoName(int status, String title) {
    Response answer = problems.refused(new WebApplicationException("why", status));
    assertThat(answer.getStatus()).isEqualTo(status);
    assertThat(answer.getEntity()).isEqualTo(new Problem(title, status, "why"));
    assertThat(answer.getMediaType()).hasToString(Problem.MEDIA_TYPE);
  }

  @Test
  void keepsTheHeaders() {
    Response thrown = Response.status(405).header("Allow", "GET, POST").type("text/html").build();
    Response answer = problems.refused(new NotAllowedException("no", thrown));
    assertThat(answer.getHeaderString("Allow")).isEqualTo("GET, POST");
    assertThat(answer.getHeaders().get("Content-Type")).hasSize(1);
    assertThat(answer.getMediaType()).hasToString(Problem.MEDIA_TYPE);
  }

  @Test
  void leavesAloneWhatIsNoErrorOrHasAnAnswerOfItsOwn() {
    Response elsewhere = Response.seeOther(URI.create("/there")).build();
    assertThat(problems.refused(new WebApplicationException(elsewhere))).isSameAs(elsewhere);
    Response said = Response.status(409).entity("mine").build();
    assertThat(problems.refused(new WebApplicationException(said))).isSameAs(said);
  }

  @Test
  void blamesTheClientForItsBodyAlone() throws Exception {
    InputStream broken =
        new SequenceInputStream(new ByteArrayInputStream(new byte[3]), new BrokenStream());
    try {
      RequestBody.read(broken, 10);
      throw new AssertionError("it was read");
    } catch (BrokenBodyException e) {
      assertThat(problems.brokenOff(e).getStatus()).isEqualTo(400);
    }
    assertThat(problems.malformed(new MultipartParser.MalformedMessageException()).getStatus())
        .isEqualTo(400);

    IOException ofTheForm = new IOException("terminated");
    ofTheForm.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(MultipartParser.class.getName() + "$ParseState", "parse", null, 1)
        });
    assertThat(problems.failed(ofTheForm).getStatus()).isEqualTo(400);
    for (IOException ours :
        List.of(new IOException("No space left on device"), new FileNotFoundException())) {
      assertThat(problems.failed(ours).getStatus()).isEqualTo(500);
    }
  }

  /** As when the connection is lost. */
  private static final class BrokenStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("Stream is closed");
    }
  }
}
