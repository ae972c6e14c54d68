package io.residua.train.internal;

import io.residua.SettingValues;
import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The phases of a run as text: settings of each, {@code NAME=VALUE} separated by blanks, phases
 * separated by semicolons: {@code epochs=5 freeze=backbone; epochs=5 freeze=none lr=0.0001}. What a
 * phase does not name is as in the recipe; each begins with the last weights of the one before, a
 * new optimizer and a schedule of its own.
 */
public final class Phases {
  public static final String NONE = "none";

  /** None, or those of {@link FineTuning}. */
  static final String AUTO = "auto";

  /** Settings that may change from phase to phase. */
  static final Set<String> CHANGING =
      new TreeSet<>(
          Set.of(
              "epochs",
              "freeze",
              "batch_norm",
              "optimizer",
              "lr",
              "schedule",
              "backbone_lr",
              "lr_decay_by_layer",
              "clip",
              "ema"));

  private static final String GRADUAL = "gradual";

  private Phases() {}

  /** The recipe of each phase, in order; the recipe alone where there is no other. */
  public static List<Recipe> of(Recipe recipe) {
    String phases = recipe.get("phases");
    if (phases.equals(NONE) || phases.equals(AUTO) || isGradual(phases)) {
      return List.of(recipe);
    }
    Recipe alone = recipe.with("phases", NONE);
    List<Recipe> all = new ArrayList<>();
    for (Map<String, String> phase : parse(phases)) {
      try {
        all.add(alone.with(phase));
      } catch (UsageException e) {
        throw new UsageException(Text.of("phases: '%s': %s", text(phase), e.getMessage()), e);
      }
    }
    return all;
  }

  /**
   * A recipe with its phases written out for a network, gradual unfreezing and those that are left
   * to the run, and as many epochs as its phases have together.
   */
  public static Recipe settled(Recipe recipe, Network network) {
    String phases = recipe.get("phases");
    Recipe written = recipe;
    if (phases.equals(AUTO)) {
      written = FineTuning.settled(recipe, network);
    } else if (isGradual(phases)) {
      written = recipe.with("phases", gradual(network, phases));
    }
    int epochs = of(written).stream().mapToInt(r -> r.get(RecipeSettings.EPOCHS)).sum();
    return written.with("epochs", Integer.toString(epochs));
  }

  /**
   * Whether the text stands for gradual unfreezing, which only a network can make phases of.
   *
   * @throws UsageException with one line, if it does and its settings are wrong
   */
  private static boolean isGradual(String text) {
    return text.matches(GRADUAL + "\\s*([:(].*)?") && epochsEach(text) > 0;
  }

  private static int epochsEach(String text) {
    return Term.read(
        "phases",
        text,
        s -> {
          int epochs = s.whole("epochs", 1);
          UsageException.check(epochs >= 1, "epochs", epochs, "1 or more");
          return epochs;
        });
  }

  /**
   * Gradual unfreezing (Howard and Ruder 2018, arXiv:1801.06146): first the head alone, then with
   * the last stage, and so on down to the stem.
   *
   * @param text {@code gradual}, or {@code gradual:epochs=N} for N epochs each
   */
  static String gradual(Network network, String text) {
    int epochs = epochsEach(text);
    Set<String> frozen = new LinkedHashSet<>();
    Map<String, Set<String>> modules = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      String part = Network.part(p.layer());
      modules.computeIfAbsent(part, k -> new LinkedHashSet<>()).add(p.layer().split("\\.", 2)[0]);
    }
    List<String> phases = new ArrayList<>();
    phases.add(Text.of("epochs=%d freeze=none", epochs));
    for (Map.Entry<String, Set<String>> part : modules.entrySet()) {
      if (!part.getKey().equals(Head.NAME)) {
        frozen.addAll(part.getValue());
        phases.add(0, Text.of("epochs=%d freeze=%s", epochs, String.join(",", frozen)));
      }
    }
    return String.join("; ", phases);
  }

  /**
   * Phases in one spelling: each one's settings in alphabetical order.
   *
   * @param settings those of recipes, which write their values in one way
   */
  public static String canonical(String text, SettingValues settings) {
    if (text.equals(NONE) || text.equals(AUTO)) {
      return text;
    } else if (isGradual(text)) {
      return Text.of("%s:epochs=%d", GRADUAL, epochsEach(text));
    }
    return parse(text).stream()
        .map(phase -> text(new TreeMap<>(settings.canonical(phase))))
        .collect(Collectors.joining("; "));
  }

  /** What a phase is, for people. */
  static String describe(Recipe phase) {
    return Text.of(
        "%s epochs, freeze %s, lr %s", phase.get("epochs"), phase.get("freeze"), phase.get("lr"));
  }

  /** One phase as text. */
  static String text(Map<String, String> phase) {
    return phase.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  /**
   * The settings of each phase.
   *
   * @throws UsageException with one line that says what is wrong
   */
  static List<Map<String, String>> parse(String text) {
    List<Map<String, String>> phases = new ArrayList<>();
    for (String phase : text.split(";", -1)) {
      Map<String, String> settings = new LinkedHashMap<>();
      for (String setting : phase.strip().split("\\s+(?![^()]*\\))", -1)) {
        String[] pair = setting.split("=", 2);
        if (pair.length != 2 || !CHANGING.contains(pair[0])) {
          throw new UsageException(
              Text.of(
                  "phases: '%s': '%s' is not NAME=VALUE with a name of %s",
                  phase.strip(), setting, String.join(", ", CHANGING)));
        }
        settings.put(pair[0], pair[1]);
      }
      if (!settings.containsKey("epochs")) {
        throw new UsageException(
            Text.of("phases: '%s' does not say how long, for instance epochs=5", phase.strip()));
      }
      phases.add(settings);
    }
    return phases;
  }
}
