package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {

  @ParameterizedTest
  @CsvSource({
    "AuthenticAMD, fpu avx2 avx512f avx512dq, true",
    "AuthenticAMD, fpu avx2, false",
    "GenuineIntel, fpu avx2 avx512f avx512dq, false"
  })
  void tellsWhetherIntelsLibraryIgnoresAvx512(String vendor, String flags, boolean ignores) {
    assertThat(
            Processor.hasAvx512ThatIntelsLibraryIgnores(
                List.of("processor\t: 0", "vendor_id\t: " + vendor, "flags\t\t: " + flags)))
        .isEqualTo(ignores);
  }
}
