package dev.rivulet.events.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads size and camera orientation from a JPEG and checks that it has an end and a sane number of
 * scans. Markers are those of ITU-T T.81 table B.1.
 */
final class JpegHeader {
  /** A progressive JPEG has about ten scans; each costs the decoder a pass over all pixels. */
  static final int MAX_SCANS = 100;

  private static final int FIRST_KNOWN_MARKER = 0xc0;
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int APP1 = 0xe1;
  private static final long EXIF_SIGNATURE = 0x457869660000L;
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int IFD_ENTRY_BYTES = 12;

  private JpegHeader() {}

  static boolean matches(byte[] bytes) {
    return bytes.length > 3
        && (bytes[0] & 0xff) == 0xff
        && (bytes[1] & 0xff) == START_OF_IMAGE
        && (bytes[2] & 0xff) == 0xff
        && (bytes[3] & 0xff) >= FIRST_KNOWN_MARKER;
  }

  static ImageHeader read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    String cutOff = "it ends before its pixels; send the whole file";
    JpegFrame frame = null;
    int orientation = ImageHeader.UPRIGHT;
    int position = 2;
    while (true) {
      position = markerAt(bytes, position, cutOff);
      int marker = bytes[position] & 0xff;
      if (isAlone(marker)) {
        throw corrupt("a marker of its pixels comes before them");
      }
      int length = segmentLength(buffer, position, cutOff);
      if (marker == END_OF_IMAGE) {
        throw corrupt(cutOff);
      }
      if (marker == START_OF_SCAN && frame != null) {
        checkScans(buffer, position);
        int components = length > 2 ? bytes[position + 3] & 0xff : 0;
        return frame.header(components).withOrientation(orientation);
      }
      if (isStartOfFrame(marker)) {
        frame = JpegFrame.of(marker, buffer.slice(position + 3, length - 2));
      } else if (marker == APP1 && orientation == ImageHeader.UPRIGHT) {
        orientation = orientation(buffer.slice(position + 3, length - 2));
      }
      position += 1 + length;
    }
  }

  /** The position of the marker's code at or after a position, past any fill bytes. */
  private static int markerAt(byte[] bytes, int position, String ifThereIsNone) {
    // 0xff and 0 is no marker, for libjpeg neither: who reads on differently sees another size
    for (int at = position + 1; at < bytes.length; at++) {
      if ((bytes[at - 1] & 0xff) == 0xff && bytes[at] != 0 && (bytes[at] & 0xff) != 0xff) {
        return at;
      }
    }
    throw corrupt(ifThereIsNone);
  }

  /**
   * Of the segment that the marker at a position begins, in bytes, the length's own two included.
   */
  private static int segmentLength(ByteBuffer bytes, int position, String ifItIsCutOff) {
    int length = position + 2 < bytes.limit() ? bytes.getShort(position + 1) & 0xffff : 0;
    if (length < 2 || length >= bytes.limit() - position) {
      throw corrupt(ifItIsCutOff);
    }
    return length;
  }

  /** Markers without a segment: TEM, RST0 to RST7, and another start of an image. */
  private static boolean isAlone(int marker) {
    return marker == 0x01 || marker >= 0xd0 && marker <= START_OF_IMAGE;
  }

  private static boolean isStartOfFrame(int marker) {
    // C4, C8 and CC are tables and extensions in the middle of the frame markers
    return marker >= 0xc0 && marker <= 0xcf && marker % 4 != 0 || marker == 0xc0;
  }

  /**
   * Finds the end as libjpeg does: within coded pixels 0xff is followed by 0 or a restart marker;
   * between scans there are segments, in which any bytes may stand.
   */
  private static void checkScans(ByteBuffer bytes, int firstScan) {
    String endless = "it has no end; send the whole file";
    int scans = 0;
    int position = firstScan;
    int marker = START_OF_SCAN;
    while (marker != END_OF_IMAGE) {
      scans += marker == START_OF_SCAN ? 1 : 0;
      // below are TEM, and what libjpeg either refuses or passes over without a length
      boolean segment = marker >= FIRST_KNOWN_MARKER && !isAlone(marker);
      position += 1 + (segment ? segmentLength(bytes, position, endless) : 0);
      position = markerAt(bytes.array(), position, endless);
      marker = bytes.get(position) & 0xff;
    }
    if (scans > MAX_SCANS) {
      throw new ImageRejectedException(
          RejectionReason.TOO_MANY_SCANS,
          "the JPEG has %d scans, more than %d; save it as a baseline JPEG"
              .formatted(scans, MAX_SCANS));
    }
  }

  /** The Exif orientation in an APP1 segment; upright if there is none that makes sense. */
  private static int orientation(ByteBuffer segment) {
    if (segment.remaining() < 14
        || ((segment.getLong(0) >>> 16) & 0xffffffffffffL) != EXIF_SIGNATURE) {
      return ImageHeader.UPRIGHT;
    }
    ByteBuffer tiff = segment.slice(6, segment.remaining() - 6);
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 0 || directory > tiff.limit() - 2) {
      return ImageHeader.UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * IFD_ENTRY_BYTES;
      if (entry > tiff.limit() - IFD_ENTRY_BYTES) {
        break;
      }
      if ((tiff.getShort(entry) & 0xffff) == ORIENTATION_TAG) {
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : ImageHeader.UPRIGHT;
      }
    }
    return ImageHeader.UPRIGHT;
  }

  private static ImageRejectedException corrupt(String what) {
    return new ImageRejectedException(RejectionReason.CORRUPT, "the JPEG is damaged: " + what);
  }
}
