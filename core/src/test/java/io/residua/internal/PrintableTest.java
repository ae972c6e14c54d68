package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 8, 9, 0x0b, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0x9d, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029,
        0x202a, 0x202e, 0x2066, 0x2069, 0xd800, 0xdfff
      })
  void whatSteersATerminalOrTurnsTextRoundIsShownByItsNumber(int c) {
    assertThat(Printable.escaped("a" + Character.toString(c) + "b"))
        .isEqualTo("a\\u%04xb".formatted(c));
  }

  @Test
  void lettersOfAllScriptsAndEmojiStay() {
    String text = "Käse 猫 خبز भात 🐈 a\u0301 👩\u200d🔬 1 % \u00a0";
    assertThat(Printable.escaped(text)).isEqualTo(text);
  }

  @Test
  void aLineIsOneLine() {
    assertThat(Printable.line(" a\n b\r\n  c\u001b[31m\u009bd "))
        .isEqualTo("a b c\\u001b[31m\\u009bd");
  }
}
