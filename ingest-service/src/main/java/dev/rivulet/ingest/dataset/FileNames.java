package dev.rivulet.ingest.dataset;

import java.util.regex.Pattern;

/**
 * What the name of a file in a data set tells: whether it is a picture, and the folders it is in.
 */
final class FileNames {
  private static final Pattern IMAGE =
      Pattern.compile(".*\\.(png|jpe?g|jfif|bmp|gif)", Pattern.CASE_INSENSITIVE);
  // pictures that nobody reads here; counted as unreadable rather than overlooked
  private static final Pattern OTHER_IMAGE =
      Pattern.compile(".*\\.(webp|tiff?|heic|avif|jp2|ppm|pgm)", Pattern.CASE_INSENSITIVE);

  private FileNames() {}

  static boolean isImage(String name) {
    return IMAGE.matcher(name).matches() || OTHER_IMAGE.matcher(name).matches();
  }

  /** One of the parts between slashes, from 0. */
  static String part(String name, int index) {
    return name.split("/", -1)[index];
  }

  static int slashes(String name) {
    return (int) name.chars().filter(c -> c == '/').count();
  }
}
