package io.residua.cli;

import io.residua.internal.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Pages of the documentation's site that follow from the command line itself: a page a command and
 * the settings of recipes. {@code docs/site} runs it; it is no part of what is shipped.
 */
final class ReferencePages {
  private static final String SETTINGS =
      """
      # Settings of recipes

      A recipe is a YAML file of settings, a line each: `batch_size: 64`. The commands take each as a flag too, with dashes
      in place of underscores: `--batch-size 64`. A setting that is not given has its default. [Training](training.md)
      says what the settings are for and which go together; [the recipes](recipes.md) show them in use.
      """;

  private ReferencePages() {}

  /**
   * Writes {@code commands/*.md} and {@code settings.md}.
   *
   * @param arguments the folder for them
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    for (Map.Entry<String, String> page : pages().entrySet()) {
      Path file = folder.resolve(page.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, page.getValue());
    }
  }

  /** Each page's text by its file's name. */
  static Map<String, String> pages() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    CommandLine residua =
        Residua.commandLine(
            nowhere, nowhere, Terminal.NONE, new Interrupts(Thread.currentThread()), "residua");
    Map<String, String> pages = new LinkedHashMap<>();
    StringBuilder index =
        new StringBuilder(
            """
            # Commands

            `residua help COMMAND` prints these pages in the terminal.

            | command | what it does |
            |---|---|
            """);
    for (CommandLine command : all(residua)) {
      String name = name(command);
      String file = name.replace(' ', '-') + ".md";
      pages.put("commands/" + file, page(command));
      index.append(
          Text.of(
              "| [`%s`](%s) | %s |\n",
              name, file, markdown(description(command.getCommandSpec()).get(0))));
    }
    pages.put("commands/index.md", index.toString());
    pages.put(
        "settings.md",
        SETTINGS
            + "\n## Of `train` and the other commands that train\n"
            + settings(new RecipeOptions())
            + "\n## Of `svm`\n"
            + settings(new ClassicRecipeOptions()));
    return pages;
  }

  /** The commands that do something, those of a group in place of the group. */
  private static List<CommandLine> all(CommandLine parent) {
    List<CommandLine> commands = new ArrayList<>();
    for (CommandLine command : parent.getSubcommands().values()) {
      List<CommandLine> own = all(command);
      commands.addAll(own.isEmpty() ? List.of(command) : own);
    }
    return commands;
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName().replaceFirst("^residua ", "");
  }

  private static String page(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    StringBuilder text = new StringBuilder(Text.of("# residua %s\n", name(command)));
    for (String paragraph : description(spec)) {
      text.append(Text.of("\n%s\n", markdown(paragraph)));
    }
    String synopsis =
        new CommandLine.Help(spec, new CommandLine.Help.ColorScheme.Builder(Ansi.OFF).build())
            .abbreviatedSynopsis();
    text.append(Text.of("\n```text\n%s\n```\n", synopsis.strip()));
    table(text, "Argument", spec.positionalParameters());
    Map<String, String> settings = new LinkedHashMap<>();
    for (CommandSpec mixin : spec.mixins().values()) {
      if (mixin.userObject() instanceof SettingOptions options) {
        options.topics().forEach((setting, topic) -> settings.put(flag(setting), topic));
      }
    }
    List<OptionSpec> options =
        spec.options().stream()
            .filter(option -> !option.hidden() && !settings.containsKey(option.longestName()))
            .sorted(Comparator.comparingInt(OptionSpec::order))
            .toList();
    table(text, "Option", options);
    if (!settings.isEmpty()) {
      text.append(
          Text.of(
              "\nBeside these it takes every [setting of a recipe](../settings.md) as a flag: %s.\n",
              String.join(
                  ", ", settings.keySet().stream().map(flag -> "`" + flag + "`").toList())));
    }
    examples(text, spec.usageMessage());
    return text.toString();
  }

  private static String flag(String setting) {
    return "--" + SettingOptions.dashed(setting);
  }

  private static List<String> description(CommandSpec spec) {
    return List.of(spec.usageMessage().description()).stream()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static void table(StringBuilder text, String title, List<? extends ArgSpec> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    text.append(
        Text.of(
            "\n## %ss\n\n| %s | what it is |\n|---|---|\n", title, title.toLowerCase(Locale.ROOT)));
    for (ArgSpec argument : arguments) {
      text.append(
          Text.of(
              "| `%s` | %s |\n",
              names(argument),
              markdown(String.join(" ", argument.description()).replace("%n", " "))));
    }
  }

  private static String names(ArgSpec argument) {
    if (argument instanceof PositionalParamSpec) {
      return argument.paramLabel() + (argument.arity().max() > 1 ? "…" : "");
    }
    OptionSpec option = (OptionSpec) argument;
    String names = String.join(", ", option.names());
    return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
  }

  private static void examples(StringBuilder text, UsageMessageSpec usage) {
    List<String> examples = new ArrayList<>();
    for (String line : usage.footer()) {
      if (line.startsWith("  ")) {
        examples.add(line.strip());
      } else if (line.startsWith("Example")) {
        text.append("\n## Examples\n");
      } else if (!line.isBlank()) {
        text.append(Text.of("\n%s\n", markdown(line)));
      }
    }
    if (!examples.isEmpty()) {
      text.append(Text.of("\n```sh\n%s\n```\n", String.join("\n", examples)));
    }
  }

  private static String settings(SettingOptions options) {
    Map<String, StringBuilder> tables = new LinkedHashMap<>();
    options
        .descriptions()
        .forEach(
            (name, description) ->
                tables
                    .computeIfAbsent(
                        options.topics().getOrDefault(name, "Others"),
                        topic ->
                            new StringBuilder(
                                "\n| setting | default | what it is |\n|---|---|---|\n"))
                    .append(
                        Text.of(
                            "| `%s` | `%s` | %s |\n",
                            name, options.defaultOf(name), markdown(description))));
    StringBuilder text = new StringBuilder();
    tables.forEach((topic, table) -> text.append(Text.of("\n### %s\n%s", topic, table)));
    return text.toString();
  }

  /** Plain text as Markdown that shows it, also in a table's cell. */
  private static String markdown(String text) {
    return text.replace("%%", "%").replaceAll("([\\\\`*_\\[\\]<>|])", "\\\\$1");
  }
}
