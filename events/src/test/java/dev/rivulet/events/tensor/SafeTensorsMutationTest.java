package dev.rivulet.events.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done to a blob, reading it gives tensors or one kind of exception, and is cheap. */
class SafeTensorsMutationTest {
  private static final int MUTATIONS = 20_000;
  private static final long SEED = 20260131;
  // a parser with its buffers, an exception with its trace; not what a length may claim
  private static final long MOST_BYTES = 1 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void throwsNothingElseAndAllocatesLittle() {
    Random random = new Random(SEED);
    byte[] sample = SafeTensorsTest.sample();
    int refused = 0;
    // the first read loads classes
    refuses(sample);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutant = mutate(sample.clone(), random);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      if (refuses(mutant)) {
        refused++;
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated for mutant %d", i)
          .isLessThan(MOST_BYTES);
    }

    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }

  @Test
  void allocatesInProportionToALargeHeader() {
    String values = "[],".repeat(1_300_000);
    byte[] blob = SafeTensorsTest.blob("{\"t\":[" + values.substring(1) + "]]}");
    long before = THREADS.getCurrentThreadAllocatedBytes();

    assertThat(refuses(blob)).isTrue();
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(8L * blob.length);
  }

  /** Whether it is refused; if not, everything in it is looked at. */
  private static boolean refuses(byte[] blob) {
    SafeTensors read;
    try {
      read = SafeTensors.read(blob);
    } catch (SafeTensorsException e) {
      return true;
    }
    for (Tensor tensor : read.tensors()) {
      assertThat(tensor.bytes()).hasSize(tensor.elements() * tensor.type().bytes());
    }
    return false;
  }

  private static byte[] mutate(byte[] blob, Random random) {
    byte[] mutant = blob;
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && mutant.length > 0; i++) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(6)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) random.nextInt(256);
        case 2 -> mutant[at] = (byte) "0123456789{}[]\",:-".charAt(random.nextInt(18));
        case 3 -> mutant = Arrays.copyOf(mutant, at);
        case 4 -> mutant = Arrays.copyOf(mutant, mutant.length + 1 + random.nextInt(16));
        default -> {
          int from = random.nextInt(mutant.length);
          int length = Math.min(random.nextInt(24), mutant.length - Math.max(at, from));
          System.arraycopy(mutant, from, mutant, at, length);
        }
      }
    }
    return mutant;
  }
}
