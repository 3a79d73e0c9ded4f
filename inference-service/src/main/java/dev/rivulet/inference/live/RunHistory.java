package dev.rivulet.inference.live;

import dev.rivulet.events.run.EpochCompleted;
import dev.rivulet.events.run.ValidationDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The epochs of one run, as many as a chart can show, and what the newest one's network took the
 * validation images for. Not thread-safe.
 */
final class RunHistory {
  /** More points than a chart has pixels are thinned out, so that memory stays bounded. */
  static final int MAX_POINTS = 2_000;

  private final NavigableMap<Integer, EpochPoint> points = new TreeMap<>();
  private Optional<ValidationDetail> detail = Optional.empty();
  private int detailedEpoch;

  /** Takes in an epoch; one that is told again replaces what was told before. */
  EpochPoint add(EpochCompleted event) {
    Map.Entry<Integer, EpochPoint> before = points.lowerEntry(event.epoch());
    double secondsBefore = before == null ? 0 : before.getValue().secondsSoFar();
    EpochPoint point = EpochPoint.of(event, secondsBefore);
    points.put(event.epoch(), point);
    if (event.epoch() >= detailedEpoch) {
      detail = event.validationDetail();
      detailedEpoch = event.epoch();
    }
    if (points.size() > MAX_POINTS) {
      thinOut();
    }
    return point;
  }

  List<EpochPoint> points() {
    return List.copyOf(points.values());
  }

  /** Of the newest epoch. */
  Optional<ValidationDetail> detail() {
    return detail;
  }

  /** The epoch that {@link #detail} is of; 0 before the first. */
  int detailedEpoch() {
    return detailedEpoch;
  }

  /** Every second one goes, of the older half; the first and the newest stay. */
  private void thinOut() {
    List<Integer> older =
        new ArrayList<>(points.keySet()).subList(1, points.size() - MAX_POINTS / 2);
    for (int i = 0; i < older.size(); i += 2) {
      points.remove(older.get(i));
    }
  }
}
