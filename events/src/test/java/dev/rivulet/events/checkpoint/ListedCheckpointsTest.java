package dev.rivulet.events.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListedCheckpointsTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final ModelSelection BEST = ModelSelection.of(SelectionMode.BEST, NOW, "test");

  private final List<ListedCheckpoint> topic = new ArrayList<>();

  @Test
  void takesTheNewestWhileNothingIsSelected() {
    assertThat(checkpoints().chosen(ModelSelection.DEFAULT)).isEmpty();
    add("a", 1, "shapes", 0.9);
    add("b", 1, "cifar10", 0.1);

    assertThat(chosen(ModelSelection.DEFAULT)).isEqualTo("b/1");
  }

  @Test
  void takesTheMostAccurateOfTheNewestOnesDataSet() {
    add("a", 1, "shapes", 0.99);
    add("b", 1, "cifar10", 0.5);
    add("b", 2, "cifar10", 0.7);
    add("b", 3, "cifar10", 0.6);

    assertThat(chosen(BEST)).isEqualTo("b/2");
    add("c", 1, "shapes", 0.2);
    assertThat(chosen(BEST)).isEqualTo("a/1");
  }

  @Test
  void takesNoneWithOtherClassesForTheBest() {
    add("a", 1, "photos", List.of("cat", "dog"), 0.99);
    add("b", 1, "photos", List.of("cat", "emu"), 0.6);
    add("b", 2, "photos", List.of("cat", "emu"), 0.5);

    assertThat(chosen(BEST)).isEqualTo("b/1");
    assertThat(checkpoints().chosen(BEST, c -> c.key().startsWith("a")).map(ListedCheckpoint::key))
        .contains("a/1");
  }

  @Test
  void takesTheNewestOfEquals() {
    add("a", 1, "shapes", 0.5);
    add("a", 2, "shapes", 0.5);
    add("a", 3, "shapes", 0.4);

    assertThat(chosen(BEST)).isEqualTo("a/2");
  }

  @Test
  void takesOneOfUnknownAccuracyAsBestOnlyIfThereIsNoOther() {
    add("a", 1, "shapes", Double.NaN);
    assertThat(chosen(BEST)).isEqualTo("a/1");
    add("a", 2, "shapes", 0.1);
    add("a", 3, "shapes", Double.NaN);

    assertThat(chosen(BEST)).isEqualTo("a/2");
  }

  @Test
  void looksForTheBestAmongThoseThatSayWhatTheyAre() {
    add("a", 1, "shapes", 0.5);
    topic.add(new ListedCheckpoint("a/2", 2, NOW, Optional.empty()));

    assertThat(chosen(BEST)).isEqualTo("a/1");
    assertThat(chosen(ModelSelection.DEFAULT)).isEqualTo("a/2");
  }

  @Test
  void takesThePinnedOneOrNone() {
    add("a", 1, "shapes", 0.5);
    add("a", 2, "shapes", 0.6);

    assertThat(chosen(ModelSelection.pinned("a", 1, NOW, "test"))).isEqualTo("a/1");
    assertThat(checkpoints().chosen(ModelSelection.pinned("a", 3, NOW, "test"))).isEmpty();
  }

  @Test
  void passesOverWhatIsNotSound() {
    add("a", 1, "shapes", 0.9);
    add("a", 2, "shapes", 0.7);
    add("a", 3, "shapes", 0.8);

    assertThat(checkpoints().chosen(BEST, c -> !c.key().equals("a/1")).map(ListedCheckpoint::key))
        .contains("a/3");
    assertThat(checkpoints().chosen(ModelSelection.DEFAULT, c -> false)).isEmpty();
    assertThat(checkpoints().chosen(ModelSelection.pinned("a", 2, NOW, "test"), c -> false))
        .isEmpty();
  }

  @Test
  void goesBackOneFurtherWithEachRollback() {
    add("a", 1, "shapes", 0.9);
    add("a", 2, "shapes", 0.7);
    add("b", 1, "cifar10", 0.2);

    ListedCheckpoint serving = checkpoints().chosen(ModelSelection.DEFAULT).orElseThrow();
    List<String> keys = new ArrayList<>();
    Optional<ListedCheckpoint> before = checkpoints().before(serving, c -> true);
    while (before.isPresent()) {
      keys.add(before.get().key());
      before = checkpoints().before(before.get(), c -> true);
    }
    assertThat(keys).containsExactly("a/2", "a/1");
  }

  @Test
  void goesBackToOtherWeightsThatAreSound() {
    add("a", 1, "shapes", 0.9);
    add("a", 2, "shapes", 0.7);
    topic.add(new ListedCheckpoint("a/3", 2, NOW, Optional.empty()));
    ModelDescription twin = topic.get(1).description().orElseThrow();
    topic.add(new ListedCheckpoint("copy/2", 3, NOW, Optional.of(twin)));
    ListedCheckpoint serving = topic.get(3);

    assertThat(checkpoints().before(serving, c -> true).map(ListedCheckpoint::key)).contains("a/1");
    assertThat(checkpoints().before(serving, c -> false)).isEmpty();
  }

  @Test
  void findsTheNewestOfARun() {
    add("a", 2, "shapes", 0.9);
    add("a", 1, "shapes", 0.7);
    add("b", 9, "shapes", 0.7);

    assertThat(checkpoints().newestOf("a").map(ListedCheckpoint::key)).contains("a/2");
    assertThat(checkpoints().newestOf("c")).isEmpty();
  }

  @Test
  void refusesASelectionThatNamesHalfACheckpoint() {
    assertThatThrownBy(
            () ->
                new ModelSelection(
                    SelectionMode.PINNED, Optional.of("a"), Optional.empty(), NOW, "test"))
        .hasMessage("pinned: name run and epoch");
    assertThatThrownBy(
            () ->
                new ModelSelection(
                    SelectionMode.BEST, Optional.of("a"), Optional.empty(), NOW, "test"))
        .hasMessage("best: leave out run and epoch");
    assertThatThrownBy(() -> ModelSelection.pinned(" ", 1, NOW, "test"))
        .hasMessageContaining("no such checkpoint");
  }

  private String chosen(ModelSelection selection) {
    return checkpoints().chosen(selection).orElseThrow().key();
  }

  private ListedCheckpoints checkpoints() {
    return new ListedCheckpoints(topic);
  }

  private void add(String run, int epoch, String dataset, double accuracy) {
    add(run, epoch, dataset, List.of("a", "b"), accuracy);
  }

  private void add(String run, int epoch, String dataset, List<String> classes, double accuracy) {
    ModelDescription model =
        new ModelDescription(
            run, epoch, epoch, dataset, classes, 1, accuracy, "%s-%d".formatted(run, epoch), NOW);
    topic.add(new ListedCheckpoint(model.key(), topic.size(), NOW, Optional.of(model)));
  }
}
