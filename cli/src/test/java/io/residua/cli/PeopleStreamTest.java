package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PeopleStreamTest {
  private static String printed(boolean colour, String... texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream people =
        PeopleStream.of(new PrintStream(bytes, true, StandardCharsets.UTF_8), colour);
    for (String text : texts) {
      people.print(text);
    }
    people.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatCouldSteerATerminalIsShownByItsNumberAndTheRestStays() {
    assertThat(
            printed(
                true,
                "Käse\t猫 🐈\n",
                "a\u001b]0;x\u0007\rb\u009b31mc\u2028d\u202ee\u2066f\u200f\n"))
        .isEqualTo(
            "Käse\t猫 🐈\na\\u001b]0;x\\u0007\\u000db\\u009b31mc\\u2028d\\u202ee\\u2066f\\u200f\n");
  }

  @Test
  void aLineOfWindowsEndsAsAnyOther() {
    assertThat(printed(false, "a\r\n", "ü\r\r\nb\r", "\n", "c\r"))
        .isEqualTo("a\nü\\u000d\nb\nc\\u000d");
  }

  @Test
  void onlyTheConsoleItselfMakesTextStandOut() {
    String bold = PeopleStream.BOLD + "name" + PeopleStream.PLAIN;
    assertThat(printed(true, bold)).isEqualTo("\u001b[1mname\u001b[0m");
    assertThat(printed(false, bold)).isEqualTo("\\ufdd0name\\ufdd1");
  }
}
