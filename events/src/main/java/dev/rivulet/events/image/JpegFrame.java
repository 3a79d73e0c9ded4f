package dev.rivulet.events.image;

import java.nio.ByteBuffer;

/**
 * The frame header of a JPEG (ITU-T T.81, B.2.2): its size, and what decoding it takes.
 *
 * @param marker of the start of frame, 0xc0 to 0xcf
 * @param blocks of 64 coefficients, of all components
 */
record JpegFrame(int marker, int width, int height, int components, long blocks) {
  private static final int PROGRESSIVE = 0xc2;
  private static final int LOSSLESS = 0xc3;
  private static final int PROGRESSIVE_ARITHMETIC = 0xca;
  private static final int BLOCK_SIDE = 8;
  private static final int COEFFICIENT_BYTES = 2 * BLOCK_SIDE * BLOCK_SIDE;
  private static final int MAX_COMPONENTS = 4;
  private static final int MAX_SAMPLING = 4;

  /**
   * @param segment what follows the length of the segment
   * @throws ImageRejectedException if it is no frame header of a picture
   */
  static JpegFrame of(int marker, ByteBuffer segment) {
    if (segment.remaining() < 6) {
      throw corrupt("its frame header is cut off");
    }
    int height = segment.getShort(1) & 0xffff;
    int width = segment.getShort(3) & 0xffff;
    int components = segment.get(5) & 0xff;
    if (components < 1 || components > MAX_COMPONENTS || segment.remaining() < 6 + 3 * components) {
      throw corrupt("it has %d components".formatted(components));
    }
    int across = 1;
    int down = 1;
    for (int i = 0; i < components; i++) {
      across = Math.max(across, sampling(segment, i) >> 4);
      down = Math.max(down, sampling(segment, i) & 0xf);
    }
    long blocks = 0;
    for (int i = 0; i < components; i++) {
      int sampling = sampling(segment, i);
      blocks += blocks(width, sampling >> 4, across) * blocks(height, sampling & 0xf, down);
    }
    return new JpegFrame(marker, width, height, components, blocks);
  }

  private static int sampling(ByteBuffer segment, int component) {
    int sampling = segment.get(7 + 3 * component) & 0xff;
    int across = sampling >> 4;
    int down = sampling & 0xf;
    if (across < 1 || across > MAX_SAMPLING || down < 1 || down > MAX_SAMPLING) {
      throw corrupt("a component is sampled %d×%d".formatted(across, down));
    }
    return sampling;
  }

  private static long blocks(int pixels, int sampling, int most) {
    int perUnit = BLOCK_SIDE * most;
    return (long) (pixels + perUnit - 1) / perUnit * sampling;
  }

  /**
   * @param firstScan how many components the first scan has
   */
  ImageHeader header(int firstScan) {
    // four channels are converted to RGB after they were read
    int pixelBytes = components == MAX_COMPONENTS ? components + 3 : components;
    return ImageHeader.upright(width, height, pixelBytes, extraBytes(firstScan));
  }

  /** Where scans add to each other, libjpeg keeps all coefficients until the last one. */
  private long extraBytes(int firstScan) {
    return switch (marker) {
      case LOSSLESS -> (long) width * height * components * Integer.BYTES;
      case PROGRESSIVE, PROGRESSIVE_ARITHMETIC -> blocks * COEFFICIENT_BYTES;
      // how many scans follow does not matter: with all components in the first, no other is read
      default -> firstScan < components ? blocks * COEFFICIENT_BYTES : 0;
    };
  }

  private static ImageRejectedException corrupt(String what) {
    return new ImageRejectedException(RejectionReason.CORRUPT, "the JPEG is damaged: " + what);
  }
}
