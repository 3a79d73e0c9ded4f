package dev.rivulet.events.checkpoint;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The checkpoints that are on the topic at one moment, and the rules by which one of them is
 * chosen: whoever applies them to the same topic chooses the same.
 *
 * @param all in the order of their publication
 */
public record ListedCheckpoints(List<ListedCheckpoint> all) {

  private static final Comparator<ModelDescription> BY_ACCURACY =
      Comparator.comparingDouble(model -> orLowest(model.validationAccuracy()));

  public ListedCheckpoints {
    all = List.copyOf(all);
  }

  /** The one that the selection means; nothing if it is not there. */
  public Optional<ListedCheckpoint> chosen(ModelSelection selection) {
    return switch (selection.mode()) {
      case NEWEST -> last(all.stream());
      case BEST -> best();
      case PINNED -> selection.pinnedKey().flatMap(this::find);
    };
  }

  /** The same, passing over those that are not {@code sound}. */
  public Optional<ListedCheckpoint> chosen(
      ModelSelection selection, Predicate<ListedCheckpoint> sound) {
    ListedCheckpoints left = this;
    while (true) {
      Optional<ListedCheckpoint> candidate = left.chosen(selection);
      if (candidate.isEmpty() || sound.test(candidate.get())) {
        return candidate;
      }
      left = left.without(candidate.get());
    }
  }

  /**
   * Where a rollback goes: the one with other weights that was published last before {@code
   * serving}.
   *
   * <p>It depends on the topic alone, so every replica and every command goes to the same one, also
   * after a restart, and each further rollback goes one further back.
   */
  public Optional<ListedCheckpoint> before(
      ListedCheckpoint serving, Predicate<ListedCheckpoint> sound) {
    List<ListedCheckpoint> older =
        all.stream()
            .filter(other -> other.offset() < serving.offset())
            .filter(other -> other.description().isPresent() && !sameWeights(other, serving))
            .toList();
    return new ListedCheckpoints(older).chosen(ModelSelection.DEFAULT, sound);
  }

  /** The one of this key, {@code run/epoch}. */
  public Optional<ListedCheckpoint> find(String key) {
    return all.stream().filter(checkpoint -> checkpoint.key().equals(key)).findFirst();
  }

  /** The run's checkpoint with the highest epoch. */
  public Optional<ListedCheckpoint> newestOf(String run) {
    return all.stream()
        .filter(c -> c.description().filter(model -> model.run().equals(run)).isPresent())
        .max(Comparator.comparingInt(c -> c.description().orElseThrow().epoch()));
  }

  private Optional<ListedCheckpoint> best() {
    List<ListedCheckpoint> described =
        all.stream().filter(c -> c.description().isPresent()).toList();
    return last(described.stream())
        .map(newest -> newest.description().orElseThrow())
        .flatMap(
            newest ->
                described.stream()
                    .filter(c -> sameDataset(c.description().orElseThrow(), newest))
                    .max(
                        Comparator.comparing(
                                (ListedCheckpoint c) -> c.description().orElseThrow(), BY_ACCURACY)
                            .thenComparingLong(ListedCheckpoint::offset)));
  }

  /** Folders of the same name may hold other images; then mostly of other classes. */
  private static boolean sameDataset(ModelDescription one, ModelDescription other) {
    return one.dataset().equals(other.dataset()) && one.classes().equals(other.classes());
  }

  private ListedCheckpoints without(ListedCheckpoint one) {
    return new ListedCheckpoints(all.stream().filter(other -> !other.equals(one)).toList());
  }

  private static boolean sameWeights(ListedCheckpoint one, ListedCheckpoint other) {
    return one.description()
        .map(ModelDescription::sha256)
        .equals(other.description().map(ModelDescription::sha256));
  }

  private static Optional<ListedCheckpoint> last(Stream<ListedCheckpoint> checkpoints) {
    return checkpoints.reduce((earlier, later) -> later);
  }

  private static double orLowest(double accuracy) {
    return Double.isNaN(accuracy) ? Double.NEGATIVE_INFINITY : accuracy;
  }
}
