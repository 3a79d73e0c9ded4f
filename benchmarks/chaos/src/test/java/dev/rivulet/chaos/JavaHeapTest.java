package dev.rivulet.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JavaHeapTest {
  private static final int BYTES = 8 << 20;

  @Test
  void seesThePagesOfThisProcess() throws Exception {
    byte[] used = new byte[BYTES];
    Arrays.fill(used, (byte) 1);
    long pid = ProcessHandle.current().pid();

    JavaHeap heap = JavaHeap.of(pid);

    assertThat(heap.to() - heap.from()).isGreaterThanOrEqualTo(Runtime.getRuntime().totalMemory());
    assertThat(heap.residentBytes(pid))
        .isBetween((long) used.length, ProcessSample.of(pid).residentBytes());
    assertThat(LiveObjects.of(pid).heapBytes())
        .isBetween((long) used.length, heap.to() - heap.from());
    assertThat(used[BYTES - 1]).isEqualTo((byte) 1);
  }
}
