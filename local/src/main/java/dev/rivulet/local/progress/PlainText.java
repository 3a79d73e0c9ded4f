package dev.rivulet.local.progress;

/**
 * Text that says nothing to a terminal but its characters: names come from files and from Kafka,
 * and may hold escape sequences or line breaks.
 */
public final class PlainText {
  private static final char REPLACEMENT = '\uFFFD';

  private PlainText() {}

  /** One line: each control character, line breaks among them, is replaced. */
  public static String line(String text) {
    return replaced(text, "");
  }

  /** The same, but line breaks and tabs stay. */
  public static String lines(String text) {
    return replaced(text, "\n\t");
  }

  private static String replaced(String text, String kept) {
    StringBuilder plain = new StringBuilder(text.length());
    for (char c : text.toCharArray()) {
      plain.append(Character.isISOControl(c) && kept.indexOf(c) < 0 ? REPLACEMENT : c);
    }
    return plain.toString();
  }
}
