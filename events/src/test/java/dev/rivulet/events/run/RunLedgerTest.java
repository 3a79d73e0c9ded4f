package dev.rivulet.events.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.EventFormatException;
import dev.rivulet.events.EventJson;
import dev.rivulet.events.SampleEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RunLedgerTest {
  private final RunLedger ledger = new RunLedger();

  @Test
  void mergesTheEventsOfARun() {
    TrainingRun run = SampleEvents.requested();
    ledger.apply(record(run.stopping()));
    TrainingRun known = run.withDataset(SampleEvents.dataset(Optional.empty()));

    Optional<TrainingRun> merged = ledger.apply(record(known));

    assertThat(merged).contains(known.stopping());
    assertThat(ledger.find(run.id())).isEqualTo(merged);
    assertThat(ledger.all()).containsExactly(known.stopping());
  }

  @Test
  void knowsAnEndThatAnEarlierEventOvertook() {
    TrainingRun run = SampleEvents.requested();
    TrainingRun stopped = run.ended(RunStatus.STOPPED, SampleEvents.LATER, Optional.empty());
    TrainingRun known = run.withDataset(SampleEvents.dataset(Optional.empty()));
    ledger.apply(record(stopped));
    assertThat(ledger.overtakenEnds()).isEmpty();

    TrainingRun end = ledger.apply(record(known)).orElseThrow();

    assertThat(end.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(end.dataset()).isEqualTo(known.dataset());
    assertThat(ledger.overtakenEnds()).containsExactly(end);
    ledger.repeated(end);
    assertThat(ledger.overtakenEnds()).isEmpty();
    ledger.apply(record(known));
    ledger.apply(record(end));
    assertThat(ledger.overtakenEnds()).isEmpty();
  }

  @Test
  void forgetsARunAfterATombstone() {
    TrainingRun run = SampleEvents.requested();
    ledger.apply(record(run));

    assertThat(ledger.apply(new ConsumerRecord<>("runs", 0, 7, run.id(), null))).isEmpty();
    assertThat(ledger.all()).isEmpty();
    assertThat(ledger.find(run.id())).isEmpty();
    assertThat(ledger.apply(new ConsumerRecord<>("runs", 0, 8, "unknown", null))).isEmpty();
  }

  @Test
  void leavesTheTurnToTheRunThatIsUnderWay() {
    TrainingRun resumed =
        run("a", 1).ended(RunStatus.STOPPED, SampleEvents.LATER, Optional.empty()).resumed();
    TrainingRun underWay = run("b", 2).running(SampleEvents.LATER);
    ledger.merge(underWay);
    ledger.merge(resumed);

    assertThat(ledger.current()).contains(underWay);
    ledger.merge(underWay.stopping());
    assertThat(ledger.current()).contains(underWay.stopping());
    ledger.merge(underWay.ended(RunStatus.STOPPED, SampleEvents.LATER, Optional.empty()));
    assertThat(ledger.current()).contains(resumed);
  }

  @Test
  void stopsTheRunWhoseTurnItIsByItsTrainerAndAnyOtherAtOnce() {
    TrainingRun first = run("a", 1);
    TrainingRun second = run("b", 2);
    ledger.merge(first);
    ledger.merge(second);

    assertThat(ledger.stop(first, SampleEvents.LATER)).isEqualTo(first.stopping());
    TrainingRun stopped = ledger.stop(second, SampleEvents.LATER);
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.endedAt()).contains(SampleEvents.LATER);

    ledger.merge(first.running(SampleEvents.LATER));
    ledger.merge(second.running(SampleEvents.LATER));
    assertThat(ledger.stop(ledger.find("b").orElseThrow(), SampleEvents.LATER).status())
        .isEqualTo(RunStatus.STOPPING);
  }

  @Test
  void takesTurnsInTheOrderOfTheRequests() {
    TrainingRun second = run("a", 2);
    TrainingRun first = run("b", 1);
    TrainingRun third = run("c", 2);
    ledger.merge(third);
    ledger.merge(second);
    ledger.merge(first);

    assertThat(ledger.all()).containsExactly(first, second, third);
    assertThat(ledger.current()).contains(first);
    ledger.merge(first.ended(RunStatus.FAILED, SampleEvents.LATER, Optional.empty()));
    assertThat(ledger.current()).contains(second);
    ledger.merge(second.stopping());
    assertThat(ledger.current()).contains(second.stopping());
    ledger.merge(second.ended(RunStatus.STOPPED, SampleEvents.LATER, Optional.empty()));
    ledger.merge(third.ended(RunStatus.FINISHED, SampleEvents.LATER, Optional.empty()));
    assertThat(ledger.current()).isEmpty();
  }

  @Test
  void namesTheRecordThatIsNoRunAndStaysAsItWas() {
    TrainingRun run = SampleEvents.requested();
    ledger.apply(record(run));

    assertForeign(new ConsumerRecord<>("runs", 0, 7, null, EventJson.write(run)), "key");
    assertForeign(new ConsumerRecord<>("runs", 0, 7, "other", EventJson.write(run)), "differ");
    assertForeign(new ConsumerRecord<>("runs", 0, 7, run.id(), bytes("{}")), "not a TrainingRun");
    assertForeign(new ConsumerRecord<>("runs", 0, 7, run.id(), bytes("")), "not a TrainingRun");
    assertThat(ledger.all()).containsExactly(run);
  }

  private void assertForeign(ConsumerRecord<String, byte[]> record, String why) {
    assertThatThrownBy(() -> ledger.apply(record))
        .isInstanceOf(EventFormatException.class)
        .hasMessageStartingWith("runs offset 7: ")
        .hasMessageContaining(why);
  }

  private static TrainingRun run(String id, int second) {
    return TrainingRun.requested(id, TrainingPlan.defaults(), Instant.EPOCH.plusSeconds(second));
  }

  private static ConsumerRecord<String, byte[]> record(TrainingRun run) {
    return new ConsumerRecord<>("runs", 0, 3, run.id(), EventJson.write(run));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
