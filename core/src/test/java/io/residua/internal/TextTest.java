package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void oneThingIsSingularAndAllOtherNumbersArePlural() {
    assertThat(Text.count(1, "picture")).isEqualTo("1 picture");
    assertThat(Text.count(0, "picture")).isEqualTo("0 pictures");
    assertThat(Text.count(1_234, "class")).isEqualTo("1,234 classes");
    assertThat(Text.count(1, "class")).isEqualTo("1 class");
  }
}
