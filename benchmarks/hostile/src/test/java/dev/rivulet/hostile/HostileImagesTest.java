package dev.rivulet.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostileImagesTest {
  @Test
  void haveEveryBombAndAHugeInputInTheShortTrial() {
    HostileImages images = new HostileImages(1);
    Set<String> kinds =
        IntStream.range(0, HostileIT.IMAGES)
            .mapToObj(number -> images.get(number).kind())
            .collect(Collectors.toSet());
    assertThat(kinds).contains("more than 16 MiB", "bits flipped", "valid png");
    assertThat(kinds).containsAll(Bombs.all().stream().map(HostileInput::kind).toList());
  }
}
