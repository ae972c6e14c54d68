package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlSettingsTest {
  @TempDir private Path folder;

  /** Text that YAML takes for something else if it is not written with care. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0001",
        "1e-4",
        "1E-4",
        "1.0E-4",
        ".0001",
        "0.00010",
        "+1",
        "-0",
        "010",
        "0x1F",
        "0o17",
        "1_000",
        "1.",
        "1:30:00",
        "2026-11-27",
        ".inf",
        ".nan",
        "null",
        "~",
        "true",
        "no",
        "off",
        "y",
        "=",
        "<<",
        "*.downsample",
        "&a",
        "!x",
        "!!str",
        "%a",
        "@a",
        "`a",
        "a: b",
        "a:b",
        "a #b",
        "#a",
        "- a",
        "-",
        "?",
        "? a",
        "| a",
        "> a",
        "[a]",
        "{a: b}",
        "'a'",
        "\"a\"",
        "a, b",
        "a\\b",
        "C:\\weights",
        "ä é 中",
        "\uD83D\uDE00",
        "it's",
        "a  b",
        "\u00a0",
        "---",
        "...",
        "20%",
        "flip-horizontal(p=0.5); rotation(degrees=10)",
        "sgd:momentum=0.90,weight-decay=1e-4",
        "a\tb",
        "a\u0000b",
        "a\nb\n\nc",
        ""
      })
  void whatIsWrittenIsReadAgainAsItWas(String value) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("first", value);
    settings.put("long", (value + " ").repeat(60).strip());
    settings.put("last", "5");
    assertThat(YamlSettings.parse(YamlSettings.text(settings))).isEqualTo(settings);
  }

  @Test
  void numbersKeepTheirSpellingAndMayBeGrouped() {
    assertThat(YamlSettings.parse("lr: 0.0001\nb: 1e-4\nc: .01\nd: [0.00010, 1.0]\ne: 1_000\n"))
        .isEqualTo(
            Map.of("lr", "0.0001", "b", "1e-4", "c", ".01", "d", "0.00010,1.0", "e", "1000"));
  }

  @Test
  void listsMayHoldValuesOrSettings() {
    assertThat(
            YamlSettings.parse(
                "a: [1, x y]\np:\n  - {epochs: 2, lr: 0.0001}\n  - epochs: 3\nq: []\n"))
        .containsExactly(
            Map.entry("a", "1,x y"),
            Map.entry("p", "epochs=2 lr=0.0001; epochs=3"),
            Map.entry("q", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "lr: 1\\nepochs: 2\\nlr: 3 | line 3: 'lr' is given twice",
        "p:\\n - {lr: 1, lr: 2} | line 2: 'lr' is given twice",
        "lr: 1\\n---\\nlr: 2 | line 3: a second document ('---') begins",
        "lr: 1\\n---\\n | line 3: a second document ('---') begins",
        "lr: !!java.net.URL [x] | line 1: the tag '!!java.net.URL' is unknown",
        "lr: !secret x | line 1: the tag '!secret' is unknown",
        "!!set {lr, epochs} | line 1: the tag '!!set' is unknown",
        "a: &x [1, 2]\\nb: *x | line 2: '*x' is an alias",
        "a: {b: 1} | line 1: a must be one value or a list of values",
        "a: [[1]] | line 1: a must be one value or a list of values",
        "a: [1, {b: 1}] | a must be one value or a list of values",
        "a:\\n - {b: [1]} | line 2: a must be one value or a list of values",
        "epochs: | line 1: 'epochs' has no value",
        "epochs: ~ | 'epochs' has no value",
        "- a | a recipe is a list of settings",
        "? [a]\\n: b | not YAML",
        "a: 'b | not YAML",
      })
  void whatIsNoRecipeIsRefusedWithItsLine(String yaml, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> YamlSettings.parse(yaml.replace("\\n", "\n")))
        .withMessageContaining(message)
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @Test
  void tagsOfYamlItselfAreKnown() {
    assertThat(YamlSettings.parse("--- !!map\na: !!str 010\nb: !!float 1\nc: !!seq [!!int 2]\n"))
        .isEqualTo(Map.of("a", "010", "b", "1", "c", "2"));
  }

  @Test
  void depthAndSizeAreBounded() throws Exception {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> YamlSettings.parse("a: " + "[".repeat(200_000)))
        .withMessageContaining("must be one value");
    Path large = Files.writeString(folder.resolve("r.yaml"), "#" + "x".repeat(1 << 20));
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> YamlSettings.read(large))
        .withMessageContaining("larger than 1 MB");
    Path latin = folder.resolve("l.yaml");
    Files.write(latin, "weights: é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> YamlSettings.read(latin))
        .withMessageContaining("UTF-8");
  }
}
