package io.residua.nn;

import io.residua.Text;
import io.residua.nn.Head.Pooling;
import io.residua.nn.Head.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Heads as text. */
final class HeadText {
  static final int MOST_STEPS = 32;
  static final int MOST_UNITS = 65536;
  static final double NORM_MOMENTUM = 0.1;
  static final double USUAL_EPSILON = 1e-5;

  private HeadText() {}

  static String of(Head head) {
    String pooling = head.pooling() == Pooling.GAP ? "gap" : "flatten";
    List<Step> steps = head.steps();
    if (steps.isEmpty() && head.pooling() == Pooling.GAP) {
      return "gap-linear";
    } else if (steps.size() == 2
        && steps.get(0) instanceof Step.Dense hidden
        && steps.get(1) instanceof Step.Rectify) {
      return Text.of("%s-mlp:%d", pooling, hidden.units());
    } else if (steps.size() == 1
        && steps.get(0) instanceof Step.Drop drop
        && head.pooling() == Pooling.FLATTEN) {
      return "flatten-dropout:" + drop.rate();
    }
    return Stream.of(Stream.of(pooling), steps.stream().map(Step::text), Stream.of("linear"))
        .flatMap(words -> words)
        .collect(Collectors.joining("+"));
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
      case "gap-linear" -> new Head(Pooling.GAP, without(parts, List.of()));
      case "gap-mlp" -> new Head(Pooling.GAP, mlp(value));
      case "flatten-mlp" -> new Head(Pooling.FLATTEN, mlp(value));
      case "flatten-dropout" ->
          new Head(Pooling.FLATTEN, List.of(new Step.Drop(Double.parseDouble(value))));
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
    return new Head(words[0].equals("gap") ? Pooling.GAP : Pooling.FLATTEN, steps);
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
