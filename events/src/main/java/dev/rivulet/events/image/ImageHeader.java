package dev.rivulet.events.image;

/**
 * What an image file says about itself before a pixel is decoded: the canvas, where the first frame
 * lies on it, how a camera held it, and what decoding it takes.
 *
 * @param width of the canvas in pixels
 * @param height of the canvas in pixels
 * @param frame the first frame's place on the canvas; the whole canvas for all but some GIFs
 * @param orientation 1 to 8 as in Exif (CIPA DC-008, tag 0x0112); 1 is upright
 * @param pixelBytes of memory per pixel that is decoded
 * @param extraBytes of memory that decoding takes in any case, however few pixels are wanted
 */
record ImageHeader(
    int width, int height, Frame frame, int orientation, int pixelBytes, long extraBytes) {
  static final int UPRIGHT = 1;

  /** A rectangle of the canvas, in pixels. */
  record Frame(int left, int top, int width, int height) {

    /** Of the picture that has every factor-th row and column of this one. */
    private Frame shrunk(int factor) {
      return new Frame(
          Math.floorDiv(left, factor),
          Math.floorDiv(top, factor),
          quotient(width, factor),
          quotient(height, factor));
    }
  }

  /**
   * @throws ImageRejectedException if the canvas or the frame has no pixels
   */
  ImageHeader {
    if (width <= 0 || height <= 0 || frame.width <= 0 || frame.height <= 0) {
      throw new ImageRejectedException(
          RejectionReason.CORRUPT,
          "the image says it is %d×%d pixels; send one with pixels".formatted(width, height));
    }
  }

  static ImageHeader upright(int width, int height, int pixelBytes, long extraBytes) {
    return new ImageHeader(
        width, height, new Frame(0, 0, width, height), UPRIGHT, pixelBytes, extraBytes);
  }

  ImageHeader withOrientation(int orientation) {
    return new ImageHeader(width, height, frame, orientation, pixelBytes, extraBytes);
  }

  /** Of the picture that has every factor-th row and column of this one. */
  ImageHeader shrunk(int factor) {
    return new ImageHeader(
        quotient(width, factor),
        quotient(height, factor),
        frame.shrunk(factor),
        orientation,
        pixelBytes,
        extraBytes);
  }

  /** The pixels to be decoded or painted, whichever are more. */
  long pixels() {
    return Math.max((long) width * height, framePixels());
  }

  /** The longest side, in pixels. */
  int longestSide() {
    return Math.max(Math.max(width, height), Math.max(frame.width, frame.height));
  }

  /** The memory of the decoded frame. */
  long frameBytes() {
    return framePixels() * pixelBytes;
  }

  private long framePixels() {
    return (long) frame.width * frame.height;
  }

  private static int quotient(int pixels, int factor) {
    return (pixels + factor - 1) / factor;
  }
}
