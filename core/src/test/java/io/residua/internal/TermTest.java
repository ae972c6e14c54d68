package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermTest {
  private record Cake(int layers, double sugar, boolean iced) {}

  private static Cake cake(String text) {
    return Term.read(
        "cake",
        text,
        term ->
            switch (term.name()) {
              case "pie" -> new Cake(1, term.number("sugar", 0.1), false);
              case "tart" -> new Cake(term.whole("layers"), term.number("sugar", 0.1), false);
              case "gateau" ->
                  new Cake(
                      term.whole("layers"), term.number("sugar", 0.1), term.flag("iced", true));
              default -> throw term.unknown("pie", "tart", "gateau");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateau:layers=3,sugar=0.5",
        "gateau(layers=3, sugar=0.5)",
        "gateau(sugar=.50, layers=3, iced=true)",
        " gateau : sugar = 5e-1 , layers = 3",
        "gateau:3,sugar=0.5",
        "gateau ( 3, sugar=0.5 )",
      })
  void bothSpellingsAreReadAndWhatIsNeededMayStandWithoutItsKey(String text) {
    assertThat(cake(text)).isEqualTo(new Cake(3, 0.5, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pie", "pie()", "pie( )", "pie:sugar=0.1"})
  void whatIsLeftOutHasItsDefault(String text) {
    assertThat(cake(text)).isEqualTo(new Cake(1, 0.1, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "cookie | unknown; it is one of pie, tart, gateau",
        "gatau:3 | unknown; it is one of pie, tart, gateau; did you mean 'gateau'?",
        "tart | layers is missing",
        "tart:layers= | layers is missing",
        "tart:many | layers is 'many', not a whole number",
        "tart:1.5 | layers is '1.5', not a whole number",
        "tart:3,4 | '4' is not KEY=VALUE",
        "pie:0.5 | '0.5' is not KEY=VALUE",
        "pie: | '' is not KEY=VALUE",
        "pie:sugar=much | sugar is 'much', not a number",
        "pie:sugar=1,sugar=2 | 'sugar' stands there twice",
        "pie:suger=1 | unknown setting 'suger'; there is sugar; did you mean 'sugar'?",
        "gateau:3,iced=yes | iced is 'yes', not true or false",
        "pie(sugar=1 | it must look like name(key=value, …) or name:key=value,…",
        "pie(sugar=1):x | it must look like name(key=value, …) or name:key=value,…",
      })
  void saysWhatIsWrong(String text, String reason) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> cake(text))
        .withMessage("cake '%s': %s", text, reason);
  }

  @Test
  void whatIsWrittenIsRead() {
    Term.Writer term = Term.of("gateau").add("layers", 12).add("sugar", 1e-4).add("iced", false);
    assertThat(term.text()).isEqualTo("gateau:layers=12,sugar=1e-4,iced=false");
    assertThat(term.call()).isEqualTo("gateau(layers=12, sugar=1e-4, iced=false)");
    assertThat(cake(term.text())).isEqualTo(cake(term.call())).isEqualTo(new Cake(12, 1e-4, false));
    assertThat(Term.of("pie").text()).isEqualTo("pie");
    assertThat(Term.of("pie").call()).isEqualTo("pie()");
  }
}
