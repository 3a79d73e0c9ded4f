package dev.rivulet.hostile;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import javax.imageio.IIOImage;

/** The bombs that are JPEGs: sizes that no coded pixels stand behind, and scans without an end. */
final class JpegBombs {
  private static final byte FF = (byte) 0xff;
  private static final byte[] LOOKS_LIKE_THE_END = {FF, (byte) 0xfe, 0, 4, FF, (byte) 0xd9};
  private static final int MANY_SCANS = 5_000;

  private JpegBombs() {}

  static List<HostileInput> all() {
    byte[] baseline = jpeg(BufferedImage.TYPE_INT_RGB, false);
    byte[] progressive = jpeg(BufferedImage.TYPE_INT_RGB, true);
    byte[] separate = scanPerComponent(jpeg(BufferedImage.TYPE_BYTE_GRAY, false));
    return List.of(
        new HostileInput("bomb jpeg, 49 megapixels", resized(baseline, 7_000, 7_000)),
        new HostileInput("bomb jpeg, huge claim", resized(baseline, 65_500, 65_500)),
        new HostileInput(
            "bomb jpeg, progressive 49 megapixels", resized(progressive, 7_000, 7_000)),
        new HostileInput(
            "bomb jpeg, progressive 16 megapixels", resized(progressive, 4_000, 4_000)),
        new HostileInput("bomb jpeg, a scan per component", resized(separate, 7_000, 7_000)),
        new HostileInput("bomb jpeg, many scans", manyScans(progressive, new byte[0])),
        new HostileInput(
            "bomb jpeg, many scans behind a comment", manyScans(progressive, LOOKS_LIKE_THE_END)));
  }

  private static byte[] jpeg(int type, boolean progressive) {
    return ValidPictures.encode(
        "jpeg", progressive, new IIOImage(new BufferedImage(64, 64, type), null, null));
  }

  private static byte[] resized(byte[] jpeg, int width, int height) {
    byte[] other = jpeg.clone();
    int frame = frame(jpeg);
    ByteBuffer.wrap(other).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
    return other;
  }

  /** What comes between the coded pixels and the end. */
  private static byte[] manyScans(byte[] jpeg, byte[] before) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, jpeg.length - 2);
    out.writeBytes(before);
    for (int i = 0; i < MANY_SCANS; i++) {
      out.writeBytes(new byte[] {FF, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0});
    }
    out.write(jpeg, jpeg.length - 2, 2);
    return out.toByteArray();
  }

  /** Three components, each with the coded pixels of the one that there was. */
  private static byte[] scanPerComponent(byte[] grey) {
    int frame = frame(grey);
    int scan = segment(grey, 0xda, 0xda);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(grey, 0, frame + 2);
    out.writeBytes(new byte[] {0, 17});
    out.write(grey, frame + 4, 5);
    out.writeBytes(new byte[] {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
    out.write(grey, frame + 13, scan - frame - 13);
    for (int id = 1; id <= 3; id++) {
      out.write(grey, scan, 5);
      out.write(id);
      out.write(grey, scan + 6, grey.length - 2 - scan - 6);
    }
    out.write(grey, grey.length - 2, 2);
    return out.toByteArray();
  }

  /** Where the frame header is. */
  private static int frame(byte[] jpeg) {
    return segment(jpeg, 0xc0, 0xc2);
  }

  /** Where the first segment with one of two markers is, of those before the coded pixels. */
  private static int segment(byte[] jpeg, int marker, int other) {
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != marker && (jpeg[at + 1] & 0xff) != other) {
      at += 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xffff);
    }
    return at;
  }
}
