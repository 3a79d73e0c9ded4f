package dev.rivulet.endtoend;

/**
 * One expression that somebody looks at, or that Prometheus evaluates itself.
 *
 * @param source the dashboard's title, or the group of the rule
 * @param place the panel's title, or the rule
 * @param expression with Grafana's variables filled in
 * @param range whether it is asked for over time, not for now
 */
record DashboardQuery(String source, String place, String expression, boolean range) {
  @Override
  public String toString() {
    return source + " / " + place + " / " + expression.strip().replaceAll("\\s+", " ");
  }
}
