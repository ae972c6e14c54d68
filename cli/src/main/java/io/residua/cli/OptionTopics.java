package io.residua.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The options in a command's help, grouped by what they are about. */
final class OptionTopics {
  private static final String OWN = "Options";
  private static final String CHECKPOINTS = "Checkpoints";
  private static final String OUTPUT = "Output";
  private static final String GENERAL = "General";

  /** Topics of options that are no settings; those of a command alone are in none. */
  private static final Map<String, String> TOPICS =
      Map.ofEntries(
          Map.entry("--path-column", "Data"),
          Map.entry("--label-column", "Data"),
          Map.entry("--class-names", "Data"),
          Map.entry("--split", "Data"),
          Map.entry("--exclude", "Data"),
          Map.entry("--max-bad", "Data"),
          Map.entry("--device", "Computing"),
          Map.entry("--threads", "Computing"),
          Map.entry("--checkpoint-minutes", CHECKPOINTS),
          Map.entry("--checkpoint-steps", CHECKPOINTS),
          Map.entry("--json", OUTPUT),
          Map.entry("--no-report", OUTPUT),
          Map.entry("--offline", GENERAL),
          Map.entry("--no-cache", GENERAL),
          Map.entry("--quiet", GENERAL),
          Map.entry("--verbose", GENERAL),
          Map.entry("--no-color", GENERAL),
          Map.entry("--help", GENERAL));

  private OptionTopics() {}

  /** Groups the options of a command that has the settings of a recipe. */
  static void group(CommandLine line) {
    for (CommandSpec mixin : line.getCommandSpec().mixins().values()) {
      if (mixin.userObject() instanceof SettingOptions settings) {
        Map<String, String> topics = new HashMap<>(TOPICS);
        settings
            .topics()
            .forEach((name, topic) -> topics.put("--" + SettingOptions.dashed(name), topic));
        List<String> order = new ArrayList<>(List.of(OWN));
        order.addAll(settings.topics().values());
        order.addAll(List.of(CHECKPOINTS, OUTPUT, GENERAL));
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
        line.getHelpSectionMap()
            .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> render(help, topics, order));
      }
    }
  }

  private static String render(Help help, Map<String, String> topics, List<String> order) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    order.forEach(topic -> groups.put(topic, new ArrayList<>()));
    help.commandSpec().options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparingInt(OptionSpec::order))
        .forEach(
            option ->
                groups
                    .computeIfAbsent(
                        topics.getOrDefault(option.longestName(), OWN), k -> new ArrayList<>())
                    .add(option));
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (topic, options) -> {
          if (!options.isEmpty()) {
            Layout layout = help.createDefaultLayout();
            layout.addOptions(options, help.parameterLabelRenderer());
            text.append(help.createHeading("%n" + topic + ":%n")).append(layout);
          }
        });
    return text.toString();
  }
}
