package io.residua.cli;

import io.residua.UsageException;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * One option for each setting of a recipe: its flag is the setting's name with dashes, its help is
 * the setting's own.
 */
abstract class SettingOptions {
  /** Place of the first setting in the help. */
  private static final int FIRST = 20;

  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("model", "NAME"),
          Map.entry("weights", "WEIGHTS"),
          Map.entry("prefix", "PREFIX"),
          Map.entry("image_size", "PX"),
          Map.entry("train_size", "PX"),
          Map.entry("resize", "MODE"),
          Map.entry("head", "HEAD"),
          Map.entry("freeze", "LAYERS"),
          Map.entry("layer", "LAYER"),
          Map.entry("epochs", "N"),
          Map.entry("batch_size", "N"),
          Map.entry("optimizer", "NAME"),
          Map.entry("lr", "RATE"),
          Map.entry("schedule", "NAME"),
          Map.entry("label_smoothing", "SHARE"),
          Map.entry("seed", "N"),
          Map.entry("folds", "N"),
          Map.entry("val_split", "SHARE"),
          Map.entry("precision", "TYPE"));

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** What the flags say, by the setting's name. */
  private final Map<String, String> flags = new LinkedHashMap<>();

  /** A recipe with one setting changed. */
  @FunctionalInterface
  interface Change<R> {
    /**
     * @throws UsageException with one line, if the value is not allowed
     */
    R with(R recipe, String setting, String value);
  }

  /** Every setting's name and what it is for, in order. */
  abstract Map<String, String> descriptions();

  /** Every setting's name and what it is about, in order. */
  abstract Map<String, String> topics();

  abstract String defaultOf(String setting);

  @Spec(Spec.Target.MIXEE)
  final void addTo(CommandSpec mixee) {
    int order = FIRST;
    for (Map.Entry<String, String> setting : descriptions().entrySet()) {
      String name = setting.getKey();
      mixee.addOption(
          OptionSpec.builder("--" + dashed(name))
              .paramLabel(LABELS.getOrDefault(name, "VALUE"))
              .order(order++)
              .type(String.class)
              .description(Text.of("%s (default: %s).", setting.getValue(), defaultOf(name)))
              .setter(new Flag(name))
              .build());
    }
  }

  /**
   * The recipe with every flag's value.
   *
   * @throws ParameterException naming the flag whose value is not allowed
   */
  final <R> R apply(R recipe, Change<R> change) {
    R result = recipe;
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      try {
        result = change.with(result, flag.getKey(), flag.getValue());
      } catch (UsageException e) {
        throw new ParameterException(
            command.commandLine(), Text.of("--%s: %s", dashed(flag.getKey()), e.getMessage()), e);
      }
    }
    return result;
  }

  /** The names of the settings that have a flag. */
  final Set<String> flagged() {
    return flags.keySet();
  }

  /** The flags as they were typed, but for some settings. */
  final List<String> typed(Set<String> without) {
    List<String> words = new ArrayList<>();
    flags.forEach(
        (setting, value) -> {
          if (!without.contains(setting)) {
            words.add("--" + dashed(setting));
            words.add(value);
          }
        });
    return words;
  }

  /** The flag of a setting, without the leading dashes. */
  static String dashed(String setting) {
    return setting.replace('_', '-');
  }

  /** Where picocli puts a flag's value. */
  private final class Flag implements ISetter {
    private final String setting;

    Flag(String setting) {
      this.setting = setting;
    }

    @Override
    public <T> T set(T value) {
      if (value != null) { // picocli sets null where the flag is not given
        flags.put(setting, (String) value);
      }
      return value;
    }
  }
}
