package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands write the same under every locale: German groups digits with points, Turkish has an
 * i without a dot, Egypt has digits of its own.
 */
@ExtendWith(SmallRun.Resolver.class)
class LocaleTest {
  private static final String GERMAN = "de-DE";
  private static final String TURKISH = "tr-TR";
  private static final String EGYPTIAN = "ar-EG";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {GERMAN, TURKISH, EGYPTIAN})
  void whatIsPrintedAndWrittenIsTheSame(String tag, SmallRun small) throws IOException {
    Map<String, String> expected = under(Locale.ROOT, small);
    assertThat(expected.get("model show resnet50")).contains("25,557,032");
    assertThat(under(Locale.forLanguageTag(tag), small)).isEqualTo(expected);
  }

  /** A training has times in what it writes, so only the digits are looked at. */
  @Test
  void aTrainingWritesNoForeignDigit(SmallRun small) throws IOException {
    Locale usual = Locale.getDefault();
    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    try {
      Locale.setDefault(Locale.forLanguageTag(EGYPTIAN));
      assertThat(String.format("%d", 7)).isEqualTo("٧");
      assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out)))
          .as(run.err())
          .isZero();
    } finally {
      Locale.setDefault(usual);
    }
    Map<String, String> written = texts(out);
    assertThat(written).containsKeys("history.csv", "metrics.json", "report.html", "recipe.yaml");
    written.put("stdout", run.out());
    written.put("stderr", run.err());
    assertThat(written)
        .allSatisfy(
            (name, text) ->
                assertThat(text.chars().filter(c -> c > 127 && Character.isDigit(c))).isEmpty());
  }

  /** What is computed once, when a class loads, is computed under the reader's locale here. */
  @ParameterizedTest
  @ValueSource(strings = {GERMAN, TURKISH, EGYPTIAN})
  void aProcessOfItsOwnPredictsTheSame(String tag, SmallRun small)
      throws IOException, InterruptedException {
    String picture = small.pictures().resolve("test").toString();
    String[] arguments = {"predict", small.run().toString(), picture, "--json=-", "--top=3"};
    Processes.Ended ended = process(Locale.forLanguageTag(tag), arguments);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    TestRun here = new TestRun();
    assertThat(here.execute(arguments)).as(here.err()).isZero();
    assertThat(ended.out()).isEqualTo(here.out());
  }

  /** Of help and errors, whose words picocli sorts and formats by the locale of the process. */
  @ParameterizedTest
  @ValueSource(strings = {"help evaluate", "help train", "train --epochs", "predict --top x run"})
  void helpAndErrorsAreTheSameInEveryProcess(String line) throws IOException, InterruptedException {
    String[] arguments = line.split(" ");
    Processes.Ended expected = process(Locale.ROOT, arguments);
    assertThat(expected.out() + expected.err()).contains("residua");
    for (String tag : List.of(TURKISH, EGYPTIAN)) {
      assertThat(process(Locale.forLanguageTag(tag), arguments)).as(tag).isEqualTo(expected);
    }
  }

  private Processes.Ended process(Locale locale, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Processes.residua(
            List.of(
                "-Duser.language=" + locale.getLanguage(), "-Duser.country=" + locale.getCountry()),
            List.of(arguments));
    return Processes.run(folder, Map.of(), command);
  }

  private Map<String, String> under(Locale locale, SmallRun small) throws IOException {
    Path out = folder.resolve("out");
    String run = small.run().toString();
    String pictures = small.pictures().toString();
    String test = small.pictures().resolve("test").toString();
    String onnx = out.resolve("model.onnx").toString();
    Map<String, String> printed = new LinkedHashMap<>();
    Locale usual = Locale.getDefault();
    try {
      Locale.setDefault(locale);
      Files.createDirectory(out);
      for (List<String> arguments :
          List.of(
              List.of("model", "show", "resnet50"),
              List.of("model", "show", "resnet50", "--freeze=backbone", "--json=-"),
              List.of("weights", "list"),
              List.of("weights", "show", small.model().toString()),
              List.of("predict", run, test, "--top=3"),
              List.of("predict", run, test, "--csv=-"),
              List.of("evaluate", run, pictures),
              List.of("evaluate", run, pictures, "--json=-"),
              List.of("card", run),
              List.of("report", run, "--out=" + out.resolve("report.html")),
              List.of("inspect", pictures, "--html=" + out.resolve("inspect.html")),
              List.of("data", "preview", pictures, "--out=" + out.resolve("grid.html")),
              List.of("export", run, onnx),
              List.of("verify", run, onnx, test),
              List.of("predict", run, test, "--batch-size=1000000"),
              List.of("predict", run, test, "--precision=INT"))) {
        TestRun line = new TestRun();
        int exitCode = line.execute(arguments.toArray(String[]::new));
        printed.put(String.join(" ", arguments), exitCode + "\n" + line.out());
      }
      printed.putAll(texts(out));
    } finally {
      Locale.setDefault(usual);
    }
    SmallRun.delete(out);
    printed.replaceAll(
        (name, text) ->
            text.replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "WHEN")
                .replaceAll("\\d+\\.\\d ms\\b", "TIME"));
    return printed;
  }

  /** The text files of a folder by name. */
  private static Map<String, String> texts(Path folder) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(f -> f.toString().matches(".*\\.(csv|json|yaml|html|svg|md|txt)"))
          .forEach(files::add);
    }
    for (Path file : files) {
      texts.put(folder.relativize(file).toString(), Files.readString(file));
    }
    return texts;
  }
}
