package dev.rivulet.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topics;
import dev.rivulet.events.kafka.TopicCreation;
import dev.rivulet.events.run.RunStatus;
import dev.rivulet.events.run.TrainingPlan;
import dev.rivulet.events.run.TrainingRun;
import dev.rivulet.local.CommandFailedException;
import dev.rivulet.local.broker.TestBroker;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunSubmissionIT {
  private static final TrainingPlan PLAN =
      new TrainingPlan("shapes", 3, 32, true, 16, "original", 1, 0, "cpu", "fp32");
  private static TestBroker broker;

  private final List<String> notices = new ArrayList<>();
  private Topics topics;

  @BeforeAll
  static void startBroker() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopics() throws Exception {
    String prefix = UUID.randomUUID() + ".";
    topics = Topics.named(role -> prefix + role);
    try (Admin admin = broker.connection().admin()) {
      new TopicCreation(admin)
          .ensure(List.of(topics.trainingRunsSpec(), topics.trainingMetricsSpec()));
    }
  }

  @Test
  void goesOnWithAnInterruptedRunOfTheSamePlan() throws Exception {
    TrainingRun interrupted = submitAndStart(PLAN);

    assertThat(submit(Optional.of(PLAN)).id()).isEqualTo(interrupted.id());
    assertThat(submit(Optional.empty()).id()).isEqualTo(interrupted.id());
    assertThat(notices).allMatch(notice -> notice.contains("going on with run"));
    assertThat(stored()).hasSize(1);
  }

  @Test
  void stopsAnInterruptedRunOfAnotherPlan() throws Exception {
    TrainingRun interrupted = submitAndStart(PLAN);
    TrainingRun next = submit(Optional.of(TrainingPlan.defaults()));

    assertThat(next.id()).isNotEqualTo(interrupted.id());
    assertThat(stored())
        .extracting(TrainingRun::status)
        .containsExactlyInAnyOrder(RunStatus.STOPPED, RunStatus.REQUESTED);
    assertThat(notices)
        .containsExactly(
            "run %s was interrupted; go on with --resume %s"
                .formatted(interrupted.id(), interrupted.id()));
  }

  @Test
  void resumesTheRunThatStoppedLast() throws Exception {
    TrainingRun stopped = submitAndStart(PLAN);
    submit(Optional.of(TrainingPlan.defaults()));
    try (RunEvents events = read()) {
      TrainingRun resumed =
          new RunSubmission(events, Clock.systemUTC(), notices::add)
              .resume(Optional.of(stopped.id()));

      assertThat(resumed.status()).isEqualTo(RunStatus.REQUESTED);
      assertThat(resumed.attempt()).isEqualTo(1);
      assertThat(resumed.plan()).isEqualTo(PLAN);
    }
  }

  @Test
  void doesNotResumeWhatHasFinished() throws Exception {
    TrainingRun run = submitAndStart(PLAN);
    try (RunEvents events = read()) {
      events.publish(run.ended(RunStatus.FINISHED, Clock.systemUTC().instant(), Optional.empty()));
      RunSubmission submission = new RunSubmission(events, Clock.systemUTC(), notices::add);

      assertThatThrownBy(() -> submission.resume(Optional.of(run.id())))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("has finished all its 3 epochs");
      assertThatThrownBy(() -> submission.resume(Optional.empty()))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("no run was stopped");
      assertThatThrownBy(() -> submission.resume(Optional.of("none")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no run none");
    }
  }

  @Test
  void passesOverForeignRecords() throws Exception {
    try (KafkaProducer<String, byte[]> producer = broker.connection().producer()) {
      producer.send(new ProducerRecord<>(topics.trainingRuns(), "x", "not JSON".getBytes())).get();
    }
    submitAndStart(PLAN);

    assertThat(stored()).hasSize(1);
    assertThat(notices).anyMatch(notice -> notice.startsWith("passed over a foreign record"));
  }

  private TrainingRun submitAndStart(TrainingPlan plan) throws Exception {
    try (RunEvents events = read()) {
      TrainingRun run = new RunSubmission(events, Clock.systemUTC(), notices::add).request(plan);
      return events.publish(run.running(Clock.systemUTC().instant()));
    }
  }

  private TrainingRun submit(Optional<TrainingPlan> plan) throws Exception {
    try (RunEvents events = read()) {
      return new RunSubmission(events, Clock.systemUTC(), notices::add).requestOrGoOn(plan);
    }
  }

  private List<TrainingRun> stored() {
    try (RunEvents events = read()) {
      return List.copyOf(events.ledger().all());
    }
  }

  private RunEvents read() {
    return RunEvents.read(broker.connection(), topics, notices::add);
  }
}
