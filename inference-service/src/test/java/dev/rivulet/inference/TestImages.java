package dev.rivulet.inference;

import dev.rivulet.events.kafka.KafkaConnection;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Images to classify, and somebody who publishes them. */
public final class TestImages {
  private TestImages() {}

  /** A 40×36 pattern that depends on the seed. */
  public static byte[] png(int seed) {
    BufferedImage image = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 36; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, (x * 31 + y * 17 + seed * 7919) & 0xffffff);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A producer of any keys and of records that are as large as the topic allows. */
  public static KafkaProducer<byte[], byte[]> producer(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.settings());
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 32 << 20);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64 << 20);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
