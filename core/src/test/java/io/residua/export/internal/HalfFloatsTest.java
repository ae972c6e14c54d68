package io.residua.export.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0000",
    "-0, 8000",
    "1, 3c00",
    "-2, c000",
    "65504, 7bff",
    "0x1p-14f, 0400",
    "0x1p-24f, 0001",
    "0x1p-25f, 0000", // half way, to even
    "0x1.8p-24f, 0002", // half way, to even
    "0x1.1p-25f, 0001",
    "0x1.ff8p-15f, 03ff",
    "0x1.ffcp-15f, 0400", // half way, up to the smallest normal number
    "1.00048828125, 3c00", // half way between 1 and its neighbour
    "1.00146484375, 3c02",
    "1.0004884, 3c01",
    "0.333333333, 3555",
  })
  void roundsToTheNearestAndOfTwoToEven(String value, String bits) {
    assertThat("%04x".formatted(HalfFloats.bits(Float.parseFloat(value)))).isEqualTo(bits);
  }
}
