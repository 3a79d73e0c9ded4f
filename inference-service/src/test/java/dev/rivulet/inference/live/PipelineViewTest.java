package dev.rivulet.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.EventJson;
import dev.rivulet.events.Topics;
import dev.rivulet.events.run.DatasetDescription;
import dev.rivulet.events.run.RunProgress;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PipelineViewTest {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final TrainingRun RUN =
      TrainingRun.requested("run", TrainingPlan.defaults(), NOON)
          .withDataset(
              new DatasetDescription(
                  "pets", "pets-1", "pets", List.of("cat", "dog"), 9, 3, 1, Optional.empty()));

  private final PipelineView view = new PipelineView(TOPICS, 0);

  @Test
  void tellsAPageThatOpensAllThatWasTold() {
    view.apply(LiveEvents.event(TOPICS.trainingRuns(), "run", RUN.running(NOON)));
    // an event that has been overtaken
    view.apply(LiveEvents.event(TOPICS.trainingRuns(), "run", RUN));
    view.apply(epoch(1, 1.5));
    view.apply(epoch(2, 1.25));
    RunProgress progress = new RunProgress("run", 3, 10, "training", 32, 64, 100, 1.5, 0.5, "CPU");
    view.apply(LiveEvents.event(TOPICS.trainingProgress(), "run", progress));
    view.apply(LiveEvents.prediction(0, 1, 5));
    view.imageNews(1_000_000_000);

    PipelineView.Snapshot snapshot = view.snapshot(NOON);
    assertThat(snapshot.runs()).extracting(TrainingRun::status).containsExactly(RunStatus.RUNNING);
    assertThat(snapshot.epochs().get("run")).extracting(EpochPoint::epoch).containsExactly(1, 2);
    assertThat(snapshot.progress().orElseThrow())
        .isEqualTo(new PipelineView.Progress(progress, Instant.ofEpochMilli(1_000)));
    assertThat(snapshot.images()).hasSize(1);
  }

  @Test
  void tellsOpenPagesWhatIsNew() {
    assertThat(news(view.apply(LiveEvents.event(TOPICS.trainingRuns(), "run", RUN))))
        .isEqualTo("run");
    assertThat(news(view.apply(epoch(1, 1)))).isEqualTo("epoch");
    assertThat(view.apply(LiveEvents.prediction(0, 1, 5))).isEmpty();
    assertThat(news(view.imageNews(1_000_000_000))).isEqualTo("images");
    assertThat(view.imageNews(2_000_000_000)).isEmpty();
  }

  @Test
  void forgetsARunAfterItsTombstone() {
    view.apply(LiveEvents.event(TOPICS.trainingRuns(), "run", RUN));
    view.apply(epoch(1, 1));
    assertThat(news(view.apply(LiveEvents.event(TOPICS.trainingRuns(), "run", null))))
        .isEqualTo("forgotten");
    assertThat(view.snapshot(NOON).runs()).isEmpty();
    assertThat(view.snapshot(NOON).epochs()).isEmpty();
  }

  @Test
  void hasTheDetailOfARunItKnows() {
    view.apply(epoch(4, 1));
    assertThat(view.validation("run")).isEmpty();
    view.apply(LiveEvents.event(TOPICS.trainingRuns(), "run", RUN));
    PipelineView.Validation validation = view.validation("run").orElseThrow();
    assertThat(validation.epoch()).isEqualTo(4);
    assertThat(validation.run().dataset().orElseThrow().id()).isEqualTo("pets-1");
    assertThat(validation.detail()).isEqualTo(LiveEvents.detail(4));
    assertThat(view.validation("other")).isEmpty();
  }

  @Test
  void survivesADivergedRunAndRecordsThatAreNoEvents() {
    view.apply(epoch(1, Double.NaN));
    view.apply(LiveEvents.record(TOPICS.trainingRuns(), 0, 0, 0, "run", new byte[] {1}));
    view.apply(LiveEvents.record(TOPICS.trainingRuns(), 0, 1, 0, null, new byte[] {1}));
    view.apply(LiveEvents.record(TOPICS.trainingMetrics(), 0, 0, 0, "run/1", new byte[] {1}));
    view.apply(LiveEvents.record(TOPICS.trainingMetrics(), 0, 1, 0, "run/1", null));
    view.apply(LiveEvents.record(TOPICS.trainingProgress(), 0, 0, 0, null, null));
    String json = new String(EventJson.write(view.snapshot(NOON)), StandardCharsets.UTF_8);
    assertThat(json).contains("\"loss\":\"NaN\"");
  }

  private static String news(Optional<PipelineView.News> told) {
    return told.orElseThrow().name();
  }

  private static ConsumerRecord<byte[], byte[]> epoch(int epoch, double loss) {
    return LiveEvents.event(
        TOPICS.trainingMetrics(),
        "run/" + epoch,
        LiveEvents.epoch("run", epoch, loss, LiveEvents.detail(epoch)));
  }
}
