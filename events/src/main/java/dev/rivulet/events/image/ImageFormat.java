package dev.rivulet.events.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The file formats that are read, each known by its first bytes and read by one fixed reader,
 * whatever other plugins are on the class path.
 */
enum ImageFormat {
  PNG(PngHeader::read, "com.sun.imageio.plugins.png.PNGImageReaderSpi"),
  JPEG(JpegHeader::read, JPEGImageReaderSpi.class.getName()),
  GIF(GifHeader::read, "com.sun.imageio.plugins.gif.GIFImageReaderSpi"),
  BMP(BmpHeader::read, "com.sun.imageio.plugins.bmp.BMPImageReaderSpi");

  private final Function<byte[], ImageHeader> header;
  private final ImageReaderSpi provider;

  ImageFormat(Function<byte[], ImageHeader> header, String provider) {
    this.header = header;
    this.provider = provider(provider);
  }

  /** The format that these bytes begin like, if it is one of the four. */
  static Optional<ImageFormat> of(byte[] bytes) {
    if (PngHeader.matches(bytes)) {
      return Optional.of(PNG);
    } else if (JpegHeader.matches(bytes)) {
      return Optional.of(JPEG);
    } else if (GifHeader.matches(bytes)) {
      return Optional.of(GIF);
    } else if (BmpHeader.matches(bytes)) {
      return Optional.of(BMP);
    }
    return Optional.empty();
  }

  /**
   * The header, after a check that the file is whole as far as the format lets one see.
   *
   * @throws ImageRejectedException if it is not
   */
  ImageHeader header(byte[] bytes) {
    return header.apply(bytes);
  }

  ImageReader newReader() throws IOException {
    return provider.createReaderInstance();
  }

  private static ImageReaderSpi provider(String className) {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    Optional<ImageReaderSpi> known = find(registry, className);
    if (known.isEmpty() && className.equals(JPEGImageReaderSpi.class.getName())) {
      // ImageIO looks for plugins once, with whatever class loader the first caller had
      registry.registerServiceProvider(new JPEGImageReaderSpi());
      known = find(registry, className);
    }
    return known.orElseThrow(
        () -> new IllegalStateException("this Java runtime has no image reader " + className));
  }

  private static Optional<ImageReaderSpi> find(IIORegistry registry, String className) {
    Iterator<ImageReaderSpi> providers = registry.getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getName().equals(className)) {
        return Optional.of(provider);
      }
    }
    return Optional.empty();
  }
}
