package dev.rivulet.ingest.dataset;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The top folders of a data set's training and validation images, told by their usual names in
 * upper or lower case.
 *
 * @param train in lower case, as {@code validation} is
 * @param validation nothing if there is no such folder
 */
record SplitFolders(String train, Optional<String> validation) {
  // of several the first that is there
  private static final List<String> TRAIN = List.of("train", "training");
  private static final List<String> VALIDATION =
      List.of("validation", "valid", "val", "eval", "test", "testing");
  private static final int MAX_NAMED = 10;

  /** Those among these names, or nothing if there is none to train with. */
  static Optional<SplitFolders> in(List<String> names) {
    Set<String> folders = new TreeSet<>();
    Set<String> withImages = new TreeSet<>();
    for (String name : names) {
      String folder = folder(name);
      if (FileNames.slashes(name) > 0) {
        folders.add(folder);
      }
      if (FileNames.slashes(name) == 1 && FileNames.isImage(name)) {
        withImages.add(folder);
      }
    }
    // an image directly in train/ means that train is a class, of vehicles perhaps
    return first(TRAIN, folders)
        .filter(train -> !withImages.contains(train))
        .map(train -> new SplitFolders(train, first(VALIDATION, folders)));
  }

  /** Whether all of these are names of splits, so hardly of classes. */
  static boolean areAll(Collection<String> folders) {
    return folders.stream()
        .map(folder -> folder.toLowerCase(Locale.ROOT))
        .allMatch(folder -> TRAIN.contains(folder) || VALIDATION.contains(folder));
  }

  /** Says which top folders have images that are in neither split. */
  Optional<String> warning(List<String> names) {
    List<String> ignored =
        names.stream()
            .filter(name -> FileNames.slashes(name) > 0 && FileNames.isImage(name))
            .filter(
                name ->
                    !folder(name).equals(train) && !folder(name).equals(validation.orElse(null)))
            .map(name -> FileNames.part(name, 0))
            .distinct()
            .toList();
    if (ignored.isEmpty()) {
      return Optional.empty();
    }
    String used = train + validation.map(second -> " and " + second).orElse("");
    return Optional.of(
        "images in %s are not used, only those in %s".formatted(list(ignored), used));
  }

  private static String list(List<String> folders) {
    String more =
        folders.size() > MAX_NAMED ? " and %d more".formatted(folders.size() - MAX_NAMED) : "";
    return folders.stream().limit(MAX_NAMED).collect(Collectors.joining(", ")) + more;
  }

  private static Optional<String> first(List<String> candidates, Set<String> folders) {
    return candidates.stream().filter(folders::contains).findFirst();
  }

  private static String folder(String name) {
    return FileNames.part(name, 0).toLowerCase(Locale.ROOT);
  }
}
