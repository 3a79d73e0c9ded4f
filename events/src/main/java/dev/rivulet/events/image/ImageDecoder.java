package dev.rivulet.events.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Turns the bytes of an image file, or raw RGB bytes, into the network's input; training and
 * inference share it, so they see the same pixels.
 *
 * <p>PNG, JPEG, GIF (the first frame) and BMP of any size are read: turned upright as their camera
 * says, cropped to the centre square, resized to 32×32. Transparent parts are white, as on a page.
 * Exactly 3,072 bytes that begin like none of these formats are taken as raw RGB, row-major and
 * interleaved. Instances are immutable and safe for use by any number of threads.
 */
public final class ImageDecoder {
  /** Height and width of the network's input in pixels. */
  public static final int SIDE = 32;

  /** Bytes of one decoded image: 32 × 32 × 3. */
  public static final int BYTES = SIDE * SIDE * 3;

  /** 16 MiB. */
  public static final int DEFAULT_MAX_BYTES = 16 << 20;

  /** 50 megapixels; decoded they take 150 to 400 MB. */
  public static final long DEFAULT_MAX_PIXELS = 50_000_000;

  static {
    // some readers open streams of their own, which would otherwise be files
    ImageIO.setUseCache(false);
  }

  private final int maxBytes;
  private final long maxPixels;

  public ImageDecoder() {
    this(DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS);
  }

  /**
   * @param maxBytes most bytes of an encoded image
   * @param maxPixels most pixels of an image, by its header
   */
  public ImageDecoder(int maxBytes, long maxPixels) {
    this.maxBytes = maxBytes;
    this.maxPixels = maxPixels;
  }

  /**
   * The 3,072 bytes of a 32×32 image, row-major, RGB interleaved; a new array.
   *
   * @throws ImageRejectedException if the bytes are no usable image; nothing else is thrown,
   *     whatever the bytes
   */
  public byte[] decode(byte[] bytes) {
    if (bytes == null || bytes.length == 0) {
      throw new ImageRejectedException(
          RejectionReason.EMPTY, "there are no image bytes; send a PNG, JPEG, GIF or BMP file");
    }
    if (bytes.length > maxBytes) {
      throw new ImageRejectedException(
          RejectionReason.TOO_MANY_BYTES,
          "the image has %d bytes, more than the limit of %d; send a smaller one"
              .formatted(bytes.length, maxBytes));
    }
    ImageFormat format = ImageFormat.of(bytes).orElse(null);
    if (format != null) {
      return decode(bytes, format);
    }
    if (bytes.length == BYTES) {
      return bytes.clone();
    }
    throw new ImageRejectedException(
        RejectionReason.UNKNOWN_FORMAT,
        "these %d bytes are no PNG, JPEG, GIF or BMP and not %d raw RGB bytes; convert the image"
            .formatted(bytes.length, BYTES));
  }

  private byte[] decode(byte[] bytes, ImageFormat format) {
    try {
      ImageHeader header = format.header(bytes);
      if (header.pixels() > maxPixels) {
        throw new ImageRejectedException(
            RejectionReason.TOO_MANY_PIXELS,
            "the image has %d×%d pixels, more than the limit of %d; send a smaller one"
                .formatted(header.width(), header.height(), maxPixels));
      }
      return SquareCrop.pixels(read(bytes, format, header), header);
    } catch (ImageRejectedException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw new ImageRejectedException(
          RejectionReason.OUT_OF_MEMORY,
          "decoding the image needs more memory than there is; send a smaller one",
          e);
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      // the readers answer broken files with all kinds of unchecked exceptions, even deep recursion
      throw corrupt(format, oneLine(e), e);
    }
  }

  private static BufferedImage read(byte[] bytes, ImageFormat format, ImageHeader header)
      throws IOException {
    ImageReader reader = format.newReader();
    AtomicReference<String> damage = new AtomicReference<>();
    try (ImageInputStream stream = new ByteArrayImageInputStream(bytes)) {
      reader.setInput(stream, true, true);
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (PixelDamage.isToldBy(warning)) {
              damage.set(warning);
            }
          });
      BufferedImage image = reader.read(0);
      if (damage.get() != null) {
        throw corrupt(format, damage.get(), null);
      }
      if (image.getWidth() != header.frame().width()
          || image.getHeight() != header.frame().height()) {
        throw corrupt(format, "its sizes contradict each other", null);
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static ImageRejectedException corrupt(
      ImageFormat format, String detail, Throwable cause) {
    return new ImageRejectedException(
        RejectionReason.CORRUPT,
        "the %s cannot be decoded (%s); send an undamaged file".formatted(format, detail),
        cause);
  }

  private static String oneLine(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank()
        ? problem.getClass().getSimpleName()
        : message.replaceAll("\\s+", " ").strip();
  }
}
