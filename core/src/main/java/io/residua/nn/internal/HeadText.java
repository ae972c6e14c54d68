package io.residua.nn.internal;

import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.Head.Pooling;
import io.residua.nn.Head.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Heads as text. */
public final class HeadText {
  public static final int MOST_STEPS = 32;
  public static final int MOST_UNITS = 65536;
  public static final double NORM_MOMENTUM = 0.1;
  public static final double USUAL_EPSILON = 1e-5;

  private HeadText() {}

  public static String of(Head head) {
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

  public static Head parse(String text) {
    try {
      String[] words = text.split("\\+", -1);
      boolean steps = words[0].equals("gap") || words[0].equals("flatten");
      return steps ? chain(words) : Term.read("head", text, HeadText::named);
    } catch (UsageException | IllegalArgumentException e) {
      throw new UsageException(
          Text.of(
                  "unknown head '%s': gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS (1 to %d),"
                      + " flatten-dropout:RATE (0 up to 1),",
                  text, MOST_UNITS)
              + " or steps such as gap+dropout:0.5+linear:128+batch-norm+relu+linear",
          e);
    }
  }

  private static Head named(Term term) {
    return switch (term.name()) {
      case "gap-linear" -> Head.gapLinear();
      case "gap-mlp" -> new Head(Pooling.GAP, mlp(term));
      case "flatten-mlp" -> new Head(Pooling.FLATTEN, mlp(term));
      case "flatten-dropout" ->
          new Head(Pooling.FLATTEN, List.of(new Step.Drop(term.number("rate"))));
      default -> throw term.unknown("gap-linear", "gap-mlp", "flatten-mlp", "flatten-dropout");
    };
  }

  private static List<Step> mlp(Term term) {
    return List.of(new Step.Dense(term.whole("units")), new Step.Rectify());
  }

  private static Head chain(String[] words) {
    if (!words[words.length - 1].equals("linear")) {
      throw new UsageException(words[words.length - 1]);
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i < words.length - 1; i++) {
      steps.add(Term.read("step", words[i], HeadText::step));
    }
    return new Head(words[0].equals("gap") ? Pooling.GAP : Pooling.FLATTEN, steps);
  }

  private static Step step(Term term) {
    return switch (term.name()) {
      case "linear" -> new Step.Dense(term.whole("units"));
      case "batch-norm" -> new Step.Norm(term.isBare() ? USUAL_EPSILON : term.number("epsilon"));
      case "relu" -> new Step.Rectify();
      case "dropout" -> new Step.Drop(term.number("rate"));
      default -> throw term.unknown("linear", "batch-norm", "relu", "dropout");
    };
  }
}
