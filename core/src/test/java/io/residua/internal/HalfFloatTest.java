package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatTest {
  /** Values from table 3.3 and the limits of IEEE 754-2008's binary16. */
  @Test
  void bitsAreTheNumbersThatTheStandardSays() {
    assertThat(HalfFloat.toFloat((short) 0x3c00)).isEqualTo(1f);
    assertThat(HalfFloat.toFloat((short) 0xc000)).isEqualTo(-2f);
    assertThat(HalfFloat.toFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(HalfFloat.toFloat((short) 0x0400)).isEqualTo(0x1p-14f);
    assertThat(HalfFloat.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(HalfFloat.toFloat((short) 0x3555)).isEqualTo(0.333251953125f);
    assertThat(HalfFloat.toFloat((short) 0x8000)).isEqualTo(-0f);
    assertThat(HalfFloat.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfFloat.toFloat((short) 0x7e00)).isNaN();
  }
}
