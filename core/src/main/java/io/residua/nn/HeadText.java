package io.residua.nn;

import io.residua.Text;
import io.residua.nn.Head.Chain;
import io.residua.nn.Head.FlattenDropout;
import io.residua.nn.Head.FlattenMlp;
import io.residua.nn.Head.GapMlp;
import io.residua.nn.Head.Pooling;
import io.residua.nn.Head.Step;
import java.util.ArrayList;
import java.util.List;

/** Heads as text. */
final class HeadText {
  static final String NAME = "fc";
  static final int MOST_STEPS = 32;
  static final int MOST_UNITS = 65536;
  static final double NORM_MOMENTUM = 0.1;

  private static final double USUAL_EPSILON = 1e-5;

  private HeadText() {}

  static String of(Head head) {
    if (head instanceof GapMlp m) {
      return "gap-mlp:" + m.hidden();
    } else if (head instanceof FlattenMlp m) {
      return "flatten-mlp:" + m.hidden();
    } else if (head instanceof FlattenDropout d) {
      return "flatten-dropout:" + d.rate();
    } else if (head instanceof Chain c) {
      List<String> words = new ArrayList<>();
      words.add(c.pooling() == Pooling.GAP ? "gap" : "flatten");
      c.steps().forEach(step -> words.add(of(step)));
      words.add("linear");
      return String.join("+", words);
    }
    return "gap-linear";
  }

  private static String of(Step step) {
    if (step instanceof Step.Dense dense) {
      return "linear:" + dense.units();
    } else if (step instanceof Step.Norm norm) {
      return norm.epsilon() == USUAL_EPSILON ? "batch-norm" : "batch-norm:" + norm.epsilon();
    } else if (step instanceof Step.Drop drop) {
      return "dropout:" + drop.rate();
    }
    return "relu";
  }

  static Head parse(String text) {
    try {
      String[] words = text.split("\\+", -1);
      boolean steps = words[0].equals("gap") || words[0].equals("flatten");
      return steps ? chain(words) : named(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Text.of(
                  "unknown head '%s': gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS (1 to %d),"
                      + " flatten-dropout:RATE (0 up to 1),",
                  text, MOST_UNITS)
              + " or steps such as gap+dropout:0.5+linear:128+batch-norm+relu+linear",
          e);
    }
  }

  private static Head named(String text) {
    String[] parts = text.split(":", 2);
    String value = parts.length == 2 ? parts[1] : "";
    return switch (parts[0]) {
      case "gap-linear" -> Head.of(Pooling.GAP, without(parts, List.of()));
      case "gap-mlp" -> Head.of(Pooling.GAP, mlp(value));
      case "flatten-mlp" -> Head.of(Pooling.FLATTEN, mlp(value));
      case "flatten-dropout" ->
          Head.of(Pooling.FLATTEN, List.of(new Step.Drop(Double.parseDouble(value))));
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static List<Step> mlp(String units) {
    return List.of(new Step.Dense(Integer.parseInt(units)), new Step.Rectify());
  }

  private static Head chain(String[] words) {
    if (!words[words.length - 1].equals("linear")) {
      throw new IllegalArgumentException(words[words.length - 1]);
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i < words.length - 1; i++) {
      steps.add(step(words[i]));
    }
    return Head.of(words[0].equals("gap") ? Pooling.GAP : Pooling.FLATTEN, steps);
  }

  private static Step step(String word) {
    String[] parts = word.split(":", 2);
    String value = parts.length == 2 ? parts[1] : "";
    return switch (parts[0]) {
      case "linear" -> new Step.Dense(Integer.parseInt(value));
      case "batch-norm" ->
          new Step.Norm(parts.length == 1 ? USUAL_EPSILON : Double.parseDouble(value));
      case "relu" -> without(parts, new Step.Rectify());
      case "dropout" -> new Step.Drop(Double.parseDouble(value));
      default -> throw new IllegalArgumentException(word);
    };
  }

  /** The value, for a word that takes none after a colon. */
  private static <T> T without(String[] parts, T value) {
    if (parts.length > 1) {
      throw new IllegalArgumentException(parts[0]);
    }
    return value;
  }
}
