package dev.rivulet.ingest.dataset;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The ten classes of {@link ShapesDataset}: what lies inside each shape, in a frame where the shape
 * fills most of the unit disc and u points right, v down.
 *
 * <p>Each is its own mirror image, so a horizontal flip keeps the class. Borders are straight lines
 * and circles, which every machine computes alike.
 */
enum Shape {
  BAR {
    @Override
    boolean contains(double u, double v) {
      return Math.abs(u) < 0.97 && Math.abs(v) < 0.24;
    }
  },
  CRESCENT {
    @Override
    boolean contains(double u, double v) {
      double hollow = v + 0.5;
      return u * u + v * v < 0.92 && hollow * hollow + u * u > 0.56;
    }
  },
  CROSS {
    @Override
    boolean contains(double u, double v) {
      double a = Math.abs(u);
      double b = Math.abs(v);
      return Math.max(a, b) < 0.93 && Math.min(a, b) < 0.25;
    }
  },
  DISC {
    @Override
    boolean contains(double u, double v) {
      return u * u + v * v < 0.7;
    }
  },
  HEART {
    @Override
    boolean contains(double u, double v) {
      double a = Math.abs(u);
      double lobeU = a - 0.42;
      double lobeV = v + 0.33;
      return lobeU * lobeU + lobeV * lobeV < 0.22 || v > -0.33 && a + 0.83 * v < 0.73 && a < 0.9;
    }
  },
  HOURGLASS {
    @Override
    boolean contains(double u, double v) {
      return Math.abs(v) < 0.85 && Math.abs(u) < 0.75 * Math.abs(v) + 0.06;
    }
  },
  RING {
    @Override
    boolean contains(double u, double v) {
      double square = u * u + v * v;
      return square < 0.86 && square > 0.28;
    }
  },
  SQUARE {
    @Override
    boolean contains(double u, double v) {
      return Math.max(Math.abs(u), Math.abs(v)) < 0.7;
    }
  },
  STAR {
    @Override
    boolean contains(double u, double v) {
      return inStar(u, v);
    }
  },
  TRIANGLE {
    @Override
    boolean contains(double u, double v) {
      return v < 0.5 && Math.abs(u) * 1.7320508 - v < 1;
    }
  };

  // five tips at radius 1, five notches at 0.42: the edge's line for the half tip above the u axis
  private static final double[] TIP_COS = new double[5];
  private static final double[] TIP_SIN = new double[5];

  static {
    for (int tip = 0; tip < 5; tip++) {
      TIP_COS[tip] = StrictMath.cos(tip * 2 * StrictMath.PI / 5);
      TIP_SIN[tip] = StrictMath.sin(tip * 2 * StrictMath.PI / 5);
    }
  }

  abstract boolean contains(double u, double v);

  /** The class names, in the order of the labels. */
  static List<String> names() {
    return Arrays.stream(values()).map(shape -> shape.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static boolean inStar(double u, double v) {
    double notchU = 0.42 * 0.80901699;
    double notchV = 0.42 * 0.58778525;
    for (int tip = 0; tip < 5; tip++) {
      double along = u * TIP_COS[tip] + v * TIP_SIN[tip];
      double across = Math.abs(v * TIP_COS[tip] - u * TIP_SIN[tip]);
      // within the kite from the centre over a notch to the tip
      if (along >= 0
          && across * notchU <= along * notchV + 1e-12
          && across * (1 - notchU) <= (1 - along) * notchV) {
        return true;
      }
    }
    return false;
  }
}
