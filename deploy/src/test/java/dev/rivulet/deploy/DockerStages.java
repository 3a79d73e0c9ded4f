package dev.rivulet.deploy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stages of {@code deploy/Dockerfile}, by name, without comments. */
record DockerStages(Map<String, String> stages) {
  private static final Pattern FROM = Pattern.compile("(?m)^FROM \\S+ AS (\\S+)\n");

  static DockerStages read() {
    String text = ProjectFiles.text("deploy/Dockerfile").replaceAll("(?m)^#.*\n", "");
    Map<String, String> stages = new LinkedHashMap<>();
    Matcher from = FROM.matcher(text);
    String name = null;
    int begin = 0;
    while (from.find()) {
      if (name != null) {
        stages.put(name, text.substring(begin, from.start()));
      }
      name = from.group(1);
      begin = from.end();
    }
    stages.put(name, text.substring(begin));
    return new DockerStages(stages);
  }

  boolean has(String name) {
    return stages.containsKey(name);
  }

  String stage(String name) {
    if (!has(name)) {
      throw new AssertionError("deploy/Dockerfile has no stage " + name);
    }
    return stages.get(name);
  }
}
