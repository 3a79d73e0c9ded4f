package dev.rivulet.ingest.dataset;

import dev.rivulet.events.checkpoint.ModelDescription;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A set of labelled images to train with, and one to validate with, all in memory.
 *
 * @param name {@code cifar10}, {@code shapes} or the folder's name, which is never one of these
 * @param id the name and a fingerprint of all classes, labels and pixels, so that two sets of the
 *     same name are never mixed up
 * @param classNames 2 to 1,000 names; a label is an index into them
 */
public record Dataset(
    String name, String id, List<String> classNames, Split train, Split validation) {
  public static final int MAX_CLASSES = 1_000;

  private static final String UNUSABLE =
      "is blank, above %d characters, or no text".formatted(ModelDescription.MAX_NAME_CHARS);
  private static final int FINGERPRINT_BYTES = 6;

  public Dataset {
    classNames = List.copyOf(classNames);
  }

  /**
   * A data set with its id.
   *
   * @throws DatasetException if there are fewer than 2 or more than 1,000 classes, no images in a
   *     split, or a name that no model may have
   */
  static Dataset of(String name, List<String> classNames, Split train, Split validation) {
    if (classNames.size() < 2 || classNames.size() > MAX_CLASSES) {
      throw new DatasetException(
          "data set %s has %d classes; 2 to %d are possible"
              .formatted(name, classNames.size(), MAX_CLASSES));
    }
    if (train.size() == 0 || validation.size() == 0) {
      throw new DatasetException(
          "data set %s has %d training and %d validation images; add some of both"
              .formatted(name, train.size(), validation.size()));
    }
    checkNames(name, classNames);
    String id = name + "-" + fingerprint(classNames, train, validation);
    return new Dataset(name, id, classNames, train, validation);
  }

  /**
   * That a model of this data set will be served.
   *
   * @throws DatasetException if a name is blank, too long or no text
   */
  static void checkNames(String name, List<String> classNames) {
    if (!ModelDescription.isUsableName(name)) {
      throw new DatasetException(
          "the data set's name '%s' %s; rename its folder or zip".formatted(name, UNUSABLE));
    }
    for (String className : classNames) {
      if (!ModelDescription.isUsableName(className)) {
        throw new DatasetException(
            "data set %s: the class name '%s' %s; rename the class"
                .formatted(name, className, UNUSABLE));
      }
    }
  }

  private static String fingerprint(List<String> classNames, Split train, Split validation) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime must have SHA-256", e);
    }
    digest.update(String.join("\n", classNames).getBytes(StandardCharsets.UTF_8));
    for (Split split : List.of(train, validation)) {
      digest.update(("\0" + split.size()).getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < split.size(); i++) {
        digest.update((byte) (split.label(i) >> 8));
        digest.update((byte) split.label(i));
        digest.update(split.chunk(i), split.offset(i), Split.IMAGE_BYTES);
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
  }
}
