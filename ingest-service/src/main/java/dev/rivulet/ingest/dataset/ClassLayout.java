package dev.rivulet.ingest.dataset;

import static dev.rivulet.ingest.dataset.FileNames.isImage;
import static dev.rivulet.ingest.dataset.FileNames.part;
import static dev.rivulet.ingest.dataset.FileNames.slashes;

import dev.rivulet.ingest.augment.SeededRandom;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tells classes and splits from file names: {@code train/CLASS/…} and {@code test/CLASS/…}, or as
 * {@link SplitFolders} are called else, or {@code CLASS/…} with a tenth of each class kept for
 * validation.
 *
 * @param classNames sorted, in Unicode's composed form, so that all systems agree
 * @param train in the order of their names
 * @param validation likewise
 * @param warnings what a user should know, one line each
 */
record ClassLayout(
    List<String> classNames,
    List<LabelledFile> train,
    List<LabelledFile> validation,
    List<String> warnings) {

  /** An image file and its class. */
  record LabelledFile(String name, int label) {}

  private static final String TRAIN = "train";
  private static final int VALIDATION_SHARE = 10;
  private static final long SPLIT_SEED = 10;

  /**
   * @param names of files, and of folders with a slash at the end, sorted
   * @throws DatasetException if they are no such tree; the message begins with the trouble, for the
   *     caller to put the data set's name before
   */
  static ClassLayout of(List<String> names) {
    String prefix = wrapper(names);
    List<String> inner =
        names.stream()
            .filter(name -> name.length() > prefix.length())
            .map(name -> name.substring(prefix.length()))
            .toList();
    return SplitFolders.in(inner)
        .map(folders -> split(prefix, inner, folders))
        .orElseGet(() -> plain(prefix, inner));
  }

  private static ClassLayout split(String prefix, List<String> names, SplitFolders folders) {
    Map<String, List<String>> train = classes(prefix, names, folders.train());
    List<String> warnings = new ArrayList<>(folders.warning(names).stream().toList());
    if (folders.validation().isEmpty()) {
      return divided(train, warnings);
    }
    String second = folders.validation().get();
    Map<String, List<String>> validation = classes(prefix, names, second);
    List<String> classNames = List.copyOf(train.keySet());
    for (String name : validation.keySet()) {
      if (!train.containsKey(name)) {
        throw new DatasetException(
            "class %s is in %s but not in %s; add images to %s or remove it"
                .formatted(name, second, folders.train(), folders.train()));
      }
    }
    for (String name : classNames) {
      if (!validation.containsKey(name)) {
        warnings.add("class %s has no images in %s".formatted(name, second));
      }
    }
    return new ClassLayout(
        classNames, labelled(train, classNames), labelled(validation, classNames), warnings);
  }

  private static ClassLayout plain(String prefix, List<String> names) {
    Map<String, List<String>> classes = classes(prefix, names, null);
    checkNesting(names);
    return divided(classes, List.of());
  }

  /** Refuses folds, years and the like, each with the same classes below. */
  private static void checkNesting(List<String> names) {
    Map<String, Set<String>> inner = new TreeMap<>();
    for (String name : names) {
      if (isImage(name) && slashes(name) == 1) {
        return;
      }
      if (isImage(name) && slashes(name) > 1) {
        inner.computeIfAbsent(part(name, 0), top -> new TreeSet<>()).add(part(name, 1));
      }
    }
    if (inner.size() > Dataset.MAX_CLASSES) {
      // too many classes, which the caller says; comparing each with each would take too long
      return;
    }
    List<String> tops = List.copyOf(inner.keySet());
    for (int i = 0; i < tops.size(); i++) {
      for (String other : tops.subList(i + 1, tops.size())) {
        List<String> shared =
            inner.get(tops.get(i)).stream().filter(inner.get(other)::contains).limit(2).toList();
        // one alone, as in cat/images/ and dog/images/, is no class
        if (shared.size() > 1) {
          throw new DatasetException(
              "%s and %s both have folders %s and %s, so the classes are in doubt; give CLASS/IMAGE without folders between, or train/CLASS/IMAGE and test/CLASS/IMAGE"
                  .formatted(tops.get(i), other, shared.get(0), shared.get(1)));
        }
      }
    }
  }

  /** Every tenth file of each class, by a hash of its name: stable when other files come or go. */
  private static ClassLayout divided(Map<String, List<String>> classes, List<String> warnings) {
    Map<String, List<String>> train = new TreeMap<>();
    Map<String, List<String>> validation = new TreeMap<>();
    classes.forEach(
        (name, files) -> {
          int kept = Math.min(files.size() - 1, Math.max(1, files.size() / VALIDATION_SHARE));
          List<String> ranked = new ArrayList<>(files);
          ranked.sort(Comparator.comparingLong(ClassLayout::rank).thenComparing(file -> file));
          validation.put(name, ranked.subList(0, kept).stream().sorted().toList());
          train.put(name, ranked.subList(kept, ranked.size()).stream().sorted().toList());
        });
    List<String> classNames = List.copyOf(classes.keySet());
    return new ClassLayout(
        classNames, labelled(train, classNames), labelled(validation, classNames), warnings);
  }

  private static long rank(String file) {
    String own = file.substring(file.lastIndexOf('/') + 1);
    long hash = 0;
    for (int i = 0; i < own.length(); i++) {
      hash = hash * 31 + own.charAt(i);
    }
    return SeededRandom.of(SPLIT_SEED, 0, hash, 0).nextLong();
  }

  /** Files by class name, below one top folder or, if it is null, below none. */
  private static Map<String, List<String>> classes(
      String prefix, List<String> names, String topFolder) {
    int depth = topFolder == null ? 0 : 1;
    Map<String, List<String>> classes = new TreeMap<>();
    for (String name : names) {
      boolean below = topFolder == null || part(name, 0).equalsIgnoreCase(topFolder);
      if (below && slashes(name) > depth) {
        String className = Normalizer.normalize(part(name, depth), Normalizer.Form.NFC);
        List<String> files = classes.computeIfAbsent(className, key -> new ArrayList<>());
        if (isImage(name)) {
          files.add(prefix + name);
        }
      }
    }
    if (classes.size() > 1 && SplitFolders.areAll(classes.keySet())) {
      throw new DatasetException(
          "%s are no classes, but splits; give train/CLASS/IMAGE and test/CLASS/IMAGE"
              .formatted(String.join(" and ", classes.keySet())));
    }
    for (Map.Entry<String, List<String>> entry : classes.entrySet()) {
      if (entry.getValue().isEmpty()) {
        throw new DatasetException(
            "class %s has no images; add some (PNG, JPEG, BMP, GIF) or remove its folder"
                .formatted(entry.getKey()));
      }
    }
    return classes;
  }

  private static List<LabelledFile> labelled(
      Map<String, List<String>> files, List<String> classNames) {
    List<LabelledFile> labelled = new ArrayList<>();
    Map<String, Integer> labels = new LinkedHashMap<>();
    classNames.forEach(name -> labels.put(name, labels.size()));
    files.forEach(
        (name, all) -> all.forEach(file -> labelled.add(new LabelledFile(file, labels.get(name)))));
    return labelled;
  }

  /** Archives often hold one folder that holds everything: its name with a slash, or nothing. */
  private static String wrapper(List<String> names) {
    String wrapper = "";
    while (true) {
      String outer = wrapper;
      String top =
          names.stream()
              .filter(name -> name.length() > outer.length())
              .findFirst()
              .map(name -> part(name.substring(outer.length()), 0))
              .orElse("");
      String candidate = outer + top + "/";
      int depth = slashes(candidate);
      boolean wrapped =
          !top.equalsIgnoreCase(TRAIN)
              && names.stream()
                  .allMatch(name -> candidate.startsWith(name) || name.startsWith(candidate))
              && names.stream().anyMatch(name -> isImage(name))
              && names.stream().noneMatch(name -> isImage(name) && slashes(name) <= depth);
      if (!wrapped) {
        return outer;
      }
      wrapper = candidate;
    }
  }
}
