package dev.rivulet.endtoend;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The metrics that a page of {@code /q/metrics} has, and what their names have in common. */
final class MetricFamilies {
  private MetricFamilies() {}

  /** The names of all samples of a page. */
  static Set<String> samples(String page) {
    return page.lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether a dashboard can do without it only for a reason: the services' own, and memory. */
  static boolean isOurs(String name) {
    return name.startsWith("rivulet_") || name.equals("process_memory_rss_bytes");
  }

  /** One name for the count, sum, maximum and buckets of a timer or a distribution. */
  static Set<String> of(Collection<String> names) {
    return names.stream()
        .filter(MetricFamilies::isOurs)
        .map(name -> name.replaceFirst("_(bucket|count|sum|max)$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
