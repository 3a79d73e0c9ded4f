package dev.rivulet.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.local.broker.TestBroker;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class RunsResourceIT {
  private static final String KEY = "a-key-that-only-this-test-knows";
  private static final Optional<String> ALLOWED = Optional.of("Bearer " + KEY);
  private static final Optional<String> NOBODY = Optional.empty();

  @TempDir private static Path folder;
  private static TestBroker broker;
  private static TrainerProcess trainer;

  @BeforeAll
  static void start() throws Exception {
    broker = TestBroker.start();
    trainer =
        new TrainerProcess(
                broker.bootstrapServers(),
                folder,
                "rivulet.api-key=" + KEY,
                "quarkus.log.level=DEBUG")
            .ready();
  }

  @AfterAll
  static void stop() throws Exception {
    trainer.close();
    broker.close();
  }

  @Test
  void requestsAndStopsRunsForWhoHasTheKey() throws Exception {
    HttpResponse<String> requested = trainer.send("POST", "/runs", "{'epochs':3}", ALLOWED);
    assertThat(requested.statusCode()).as(requested.body()).isEqualTo(201);
    assertThat(requested.body()).contains("\"epochs\":3");
    String run = requested.headers().firstValue("Location").orElseThrow();
    String path = run.substring(run.indexOf("/runs/"));
    while (trainer.send("GET", path, "", NOBODY).statusCode() != 200) {
      Thread.sleep(100);
    }

    assertUnauthorized(trainer.send("DELETE", path, "", NOBODY));
    assertThat(trainer.send("DELETE", path, "", ALLOWED).statusCode()).isEqualTo(202);
  }

  @Test
  void changesNothingWithoutTheKey() throws Exception {
    assertUnauthorized(trainer.send("POST", "/runs", "{'seed':77}", NOBODY));
    for (String wrong : List.of("Bearer " + KEY + "x", "Bearer", "Basic " + KEY, KEY)) {
      assertUnauthorized(trainer.send("POST", "/runs", "{'seed':77}", Optional.of(wrong)));
    }
    assertUnauthorized(trainer.send("DELETE", "/runs/any", "", NOBODY));

    assertThat(trainer.send("GET", "/runs", "", NOBODY).body()).doesNotContain("\"seed\":77");
    assertProblem(trainer.send("DELETE", "/runs/any", "", ALLOWED), 404, "GET /runs lists them");
  }

  @Test
  void saysWhatIsWrongWithARequest() throws Exception {
    assertRefused("{'epoch':3}", 400, "there is no field 'epoch'; choose from augment, batchSize,");
    assertRefused("{'epochs':0}", 400, "epochs 0: choose a number from 1 to");
    assertRefused("{'epochs':'3'}", 400, "field 'epochs' does not take that value");
    assertRefused("{'dataset':" + "[".repeat(2_000), 400, "field 'dataset'");
    assertRefused("{'seed':" + "9".repeat(100) + "}", 400, "Number value length");
    assertRefused("[]", 400, "the body is no plan: it is not one JSON object");
    assertRefused("{}" + " ".repeat(20_000), 413, "16384 bytes");
    assertProblem(trainer.send("PUT", "/runs", "{}", ALLOWED), 405, "");
    assertProblem(trainer.send("GET", "/nothing", "", NOBODY), 404, "");
  }

  private static void assertRefused(String json, int status, String why) throws Exception {
    assertProblem(trainer.send("POST", "/runs", json, ALLOWED), status, why);
  }

  @Test
  void showsTheKeyNowhere() throws Exception {
    assertThat(trainer.send("GET", "/q/openapi", "", NOBODY).body())
        .contains("securitySchemes:", "scheme: bearer", "- api-key: []")
        // of POST and of DELETE
        .matches("(?s)(.*\"401\":){2}.*")
        .matches("(?s)(.*\"403\":){2}.*")
        .contains("    Problem:\n")
        .doesNotContain(KEY);
    assertThat(trainer.send("GET", "/q/metrics", "", NOBODY).body()).doesNotContain(KEY);
    assertThat(trainer.log()).doesNotContain(KEY);
  }

  @Test
  void doesNotStartWhereOthersReachItWithoutAKey() throws Exception {
    assertEndsWith("quarkus.http.host=0.0.0.0", "others can reach 0.0.0.0: set RIVULET_API_KEY");
    assertEndsWith("rivulet.api-key=too-short", "it is too short; use 16 or more");
    assertEndsWith("rivulet.api-key-file=no-such-file", "no-such-file cannot be read");
  }

  private static void assertEndsWith(String setting, String line) throws Exception {
    try (TrainerProcess wrong = new TrainerProcess(broker.bootstrapServers(), folder, setting)) {
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.log()).contains(line).doesNotContain("\tat ", "too-short");
    }
  }

  private static void assertUnauthorized(HttpResponse<String> response) {
    assertProblem(response, 401, "API key");
    assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith("Bearer");
  }

  private static void assertProblem(HttpResponse<String> response, int status, String detail) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(response.body()).contains("\"status\":" + status, detail);
  }
}
