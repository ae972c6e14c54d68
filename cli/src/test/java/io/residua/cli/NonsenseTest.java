package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.UsageException;
import io.residua.classic.ClassicRecipe;
import io.residua.train.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Whatever somebody types for an option or a setting is told in one line, as wrong usage. */
@ExtendWith(SmallRun.Resolver.class)
class NonsenseTest {
  @TempDir private Path folder;

  private static final String NONSENSE = "no:(sense";
  private static final List<String> VALUES =
      List.of(NONSENSE, "", "-1", "NaN", "99999999999999999999", "1e999", "x=y");

  /** Options that take names of files, classes, layers and the like, which the work refuses. */
  private static final Set<String> FREE =
      Set.of(
          "--api-key-file",
          "--augment",
          "--class",
          "--class-names",
          "--csv",
          "--data",
          "--exclude",
          "--freeze",
          "--from",
          "--head",
          "--host",
          "--html",
          "--json",
          "--jsonl",
          "--label-column",
          "--layer",
          "--layers",
          "--model",
          "--models",
          "--out",
          "--path-column",
          "--prefix",
          "--quarantine",
          "--recipe",
          "--space",
          "--split",
          "--tls-cert",
          "--tls-key",
          "--tls-keystore",
          "--tls-password-file");

  /** Every option that takes a value, as it is typed, but those that are settings of a recipe. */
  private static void collect(CommandLine command, List<String> path, List<List<String>> all) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      boolean isSetting = option.setter().getClass().getName().contains("SettingOptions");
      if (option.arity().max() > 0 && !isSetting) {
        all.add(with(path, option.longestName()));
      }
    }
    command.getSubcommands().forEach((name, sub) -> collect(sub, with(path, name), all));
  }

  private static List<String> with(List<String> words, String word) {
    return Stream.concat(words.stream(), Stream.of(word)).toList();
  }

  @Test
  void anOptionThatIsNotUnderstoodIsOneLineAndExitCode2() {
    CommandLine parser = new TestRun().line;
    List<List<String>> options = new ArrayList<>();
    collect(parser, List.of(), options);
    Set<String> free = new TreeSet<>();
    for (List<String> words : options) {
      for (String value : VALUES) {
        String option = words.get(words.size() - 1);
        String[] line = words.toArray(String[]::new);
        line[line.length - 1] = option + "=" + value;
        if (refuses(parser, line)) {
          TestRun run = new TestRun();
          assertThat(run.execute(line)).as(run.err()).isEqualTo(2);
          assertThat(run.err())
              .startsWith("residua: ")
              .contains(option)
              .doesNotContain("Exception", "internal error")
              .hasLineCount(1);
        } else if (value.equals(NONSENSE)) {
          free.add(option);
        }
      }
    }
    assertThat(options).hasSizeGreaterThan(150);
    assertThat(free).isEqualTo(FREE);
  }

  /** Whether the option itself is refused, before what else the command needs is missed. */
  private static boolean refuses(CommandLine parser, String[] line) {
    try {
      parser.parseArgs(line);
      return false;
    } catch (CommandLine.MissingParameterException e) {
      return false;
    } catch (ParameterException e) {
      return true;
    }
  }

  @Test
  void aSettingThatIsNotUnderstoodIsOneLine() {
    assertThat(settings(Recipe.descriptions(), (n, value) -> Recipe.defaults().with(n, value)))
        .containsExactly("freeze", "model", "prefix", "reinit", "weights");
    assertThat(
            settings(
                ClassicRecipe.descriptions(),
                (n, value) -> ClassicRecipe.defaults().with(n, value)))
        .containsExactly("layer", "prefix", "weights");
  }

  private static Set<String> settings(Map<String, String> names, BiConsumer<String, String> with) {
    Set<String> free = new TreeSet<>();
    for (String name : names.keySet()) {
      Set<String> refused = new TreeSet<>();
      for (String value : VALUES) {
        try {
          with.accept(name, value);
        } catch (UsageException e) {
          refused.add(value);
          assertThat(e.getMessage()).as(name).isNotBlank().hasLineCount(1);
        }
      }
      if (!refused.contains(NONSENSE)) {
        free.add(name);
      }
    }
    return free;
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "weights", "freeze", "reinit"})
  void aSettingThatTheWorkRefusesIsOneLine(String setting, SmallRun small) {
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            SmallRun.trainArguments(
                small.pictures(), folder.resolve("run"), "--" + setting + "=" + NONSENSE));
    assertThat(exitCode).as(run.err()).isBetween(1, 2);
    assertThat(run.err().lines().reduce((a, b) -> b).orElse(""))
        .startsWith("residua: ")
        .contains(NONSENSE)
        .doesNotContain("internal error");
  }
}
