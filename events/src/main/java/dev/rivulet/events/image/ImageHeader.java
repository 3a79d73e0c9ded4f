package dev.rivulet.events.image;

/**
 * What an image file says about itself before a pixel is decoded: the canvas, where the first frame
 * lies on it, and how a camera held it.
 *
 * @param width of the canvas in pixels
 * @param height of the canvas in pixels
 * @param frame the first frame's place on the canvas; the whole canvas for all but some GIFs
 * @param orientation 1 to 8 as in Exif (CIPA DC-008, tag 0x0112); 1 is upright
 */
record ImageHeader(int width, int height, Frame frame, int orientation) {
  static final int UPRIGHT = 1;

  /** A rectangle of the canvas, in pixels. */
  record Frame(int left, int top, int width, int height) {}

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

  static ImageHeader upright(int width, int height) {
    return new ImageHeader(width, height, new Frame(0, 0, width, height), UPRIGHT);
  }

  ImageHeader withOrientation(int orientation) {
    return new ImageHeader(width, height, frame, orientation);
  }

  /** The pixels to be decoded or painted, whichever are more. */
  long pixels() {
    return Math.max((long) width * height, (long) frame.width * frame.height);
  }
}
