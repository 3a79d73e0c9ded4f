package dev.rivulet.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTableTest {

  @Test
  void listsEveryLayerAndTheTotal() {
    List<String> lines = LayerTable.of(NetworkConfig.of(32, 10)).lines().toList();

    assertThat(lines).hasSize(1 + 1 + 2 + 1 + 4 + 1 + 2 + 1 + 1);
    assertThat(lines.get(1)).matches("stem: .* 32×32×32 +1,632");
    assertThat(lines.get(4)).matches("downscales.0: .* 16×16×64 +2,240");
    assertThat(lines.get(13)).matches("total +170,282");
  }

  @Test
  void addsUpToTheTotal() {
    List<String> lines = LayerTable.of(NetworkConfig.of(16, 10)).lines().toList();

    int sum = lines.subList(1, lines.size() - 1).stream().mapToInt(LayerTableTest::count).sum();

    assertThat(sum).isEqualTo(48_794).isEqualTo(count(lines.get(lines.size() - 1)));
  }

  private static int count(String line) {
    return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1).replace(",", ""));
  }
}
