package dev.rivulet.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageOriginTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080,127.0.0.1:8080",
    "http://localhost:8080,localhost:8080",
    "http://localhost,localhost",
    "https://192.0.2.7:8443,192.0.2.7:8443",
    "http://[::1]:8080,[::1]:8080",
  })
  void knowsItsOwnPages(String origin, String authority) {
    assertThat(PageOrigin.is(origin, authority)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://elsewhere.example,127.0.0.1:8080",
    // another service of the same machine
    "http://127.0.0.1:3000,127.0.0.1:8080",
    "http://localhost:8080,127.0.0.1:8080",
    // a file, or a page that hides where it is from
    "null,127.0.0.1:8080",
    "null,null",
    "127.0.0.1:8080,127.0.0.1:8080",
    "'',127.0.0.1:8080",
    // a name that its owner had point here
    "http://rebound.example:8080,rebound.example:8080",
    "http://127.0.0.1.example:8080,127.0.0.1.example:8080",
    "http://localhost.example,localhost.example",
  })
  void knowsThePagesOfOthers(String origin, String authority) {
    assertThat(PageOrigin.is(origin, authority)).isFalse();
  }

  @Test
  void takesARequestWithoutAnAddressForForeign() {
    assertThat(PageOrigin.is("http://127.0.0.1:8080", null)).isFalse();
  }
}
