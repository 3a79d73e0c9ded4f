package dev.rivulet.endtoend;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which metrics an expression of Prometheus names: what is left without strings, selectors, ranges
 * and functions.
 */
final class PromQl {
  private static final Pattern COMMENT = Pattern.compile("#[^\n]*");
  private static final Pattern STRING =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'");
  private static final Pattern SELECTOR_OR_RANGE = Pattern.compile("\\{[^}]*}|\\[[^]]*]");
  private static final Pattern LABEL_LIST =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*+(?!\\s*\\()");
  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "unless", "offset", "bool", "group_left", "group_right", "inf", "nan");

  private PromQl() {}

  static Set<String> metricNames(String expression) {
    String rest = expression;
    // a # in a string begins no comment, so strings go first
    for (Pattern noise : new Pattern[] {STRING, COMMENT, SELECTOR_OR_RANGE, LABEL_LIST}) {
      rest = noise.matcher(rest).replaceAll(" ");
    }
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(rest);
    while (matcher.find()) {
      if (!KEYWORDS.contains(matcher.group().toLowerCase())) {
        names.add(matcher.group());
      }
    }
    return names;
  }
}
