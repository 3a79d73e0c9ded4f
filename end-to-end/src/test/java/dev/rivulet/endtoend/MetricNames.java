package dev.rivulet.endtoend;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The names of the metrics that a page of {@code /q/metrics} has. */
final class MetricNames {
  private MetricNames() {}

  /** The names of all samples of a page. */
  static Set<String> samples(String page) {
    return page.lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those that a dashboard can do without only for a reason: the services' own, and memory. */
  static Set<String> ours(Collection<String> names) {
    return names.stream()
        .filter(name -> name.startsWith("rivulet_") || name.equals("process_memory_rss_bytes"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
