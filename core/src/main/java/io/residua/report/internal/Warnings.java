package io.residua.report.internal;

import static java.util.Objects.requireNonNullElse;

import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.eval.Interval;
import io.residua.eval.internal.PartMetrics;
import io.residua.internal.Text;
import io.residua.run.EpochRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a reader should know before trusting a run's numbers. */
public final class Warnings {
  private static final double WIDE = 0.10;
  private static final double GAP = 0.10;
  private static final double MISCALIBRATED = 0.08;
  private static final double WEAK_RECALL = 0.5;
  private static final int FEW = 20;
  private static final double UNEQUAL = 3;
  private static final int MOST_CLASSES_NAMED = 5;
  private static final double STILL_FALLING = 0.01;

  private Warnings() {}

  public static List<String> of(RunFiles run, Optional<Measurement> measured) {
    List<String> warnings = new ArrayList<>();
    Optional<Part> part = run.metrics().headlinePart();
    if (part.isEmpty()) {
      return List.of("The run has measured nothing.");
    }
    PartMetrics numbers = run.headline().orElseThrow();
    if (part.get() == Part.VALIDATION) {
      warnings.add(
          run.metrics().partChose()
              ? "There is no test part: the number is that of the validation part, which also chose"
                  + " the model. It is likely to be a little too good."
              : "There is no test part: the number is that of the validation part. It chose nothing"
                  + " in this run, but is too good if settings are chosen by it.");
    } else if (part.get() == Part.TRAIN) {
      warnings.add("Only the training part was measured; that says nothing about new pictures.");
    }
    Optional<Interval> interval = numbers.interval();
    if (interval.isPresent() && interval.get().high() - interval.get().low() > WIDE) {
      warnings.add(
          Text.of(
              "With %s the accuracy is known only to %s; more test pictures would narrow that.",
              Text.count(numbers.n(), "picture"), Figures.percent(interval.get())));
    }
    run.metrics().part(Part.TRAIN).flatMap(t -> gap(t, numbers)).ifPresent(warnings::add);
    leaks(run, part.get(), warnings);
    classes(numbers, warnings);
    double error = numbers.ece();
    double byChance = numbers.eceByChance();
    if (error > MISCALIBRATED && error > byChance) {
      warnings.add(
          Text.of(
                  "Confidence is off by %s on average, more than the %s that chance explains on so"
                      + " many",
                  Figures.percent(error), Figures.percent(byChance))
              + " pictures: do not read it as a probability.");
    }
    training(run, warnings);
    measured.ifPresent(m -> compared(m, numbers.accuracy(), warnings));
    return warnings;
  }

  /** Training pictures that are answered better than new ones, by more than chance. */
  private static Optional<String> gap(PartMetrics train, PartMetrics measured) {
    int trained = train.n();
    int pictures = measured.n();
    double first = train.accuracy();
    double second = measured.accuracy();
    if (trained < 1 || pictures < 1 || !(first - second > GAP) || first > 1 || second < 0) {
      return Optional.empty();
    }
    Interval difference =
        Interval.difference(
            Math.round(first * trained), trained, Math.round(second * pictures), pictures);
    return difference.low() <= 0
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "Training pictures are answered better than new ones, %s against %s: a difference"
                    + " of %.1f points (95\u00a0%% interval %.1f to %.1f). Some of what was learnt"
                    + " holds for them alone.",
                Figures.percent(first),
                Figures.percent(second),
                100 * (first - second),
                100 * difference.low(),
                100 * difference.high()));
  }

  /** Pictures measured whose very file the model was trained or chosen on. */
  private static void leaks(RunFiles run, Part measured, List<String> warnings) {
    List<Manifest.Entry> entries = run.split().map(Manifest::entries).orElse(List.of());
    Set<String> seen =
        entries.stream()
            .filter(e -> e.split() != measured && e.split() != Part.TEST)
            .map(Manifest.Entry::sha256)
            .collect(Collectors.toSet());
    long leaking =
        entries.stream().filter(e -> e.split() == measured && seen.contains(e.sha256())).count();
    if (leaking > 0) {
      warnings.add(
          Text.of(
                  "%s of the %s part %s also in what the model was trained or chosen on, file for"
                      + " file: its",
                  Text.count(leaking, "picture"), measured.label(), leaking == 1 ? "is" : "are")
              + " numbers are likely too good. residua inspect DATA lists them.");
    }
  }

  private static void classes(PartMetrics numbers, List<String> warnings) {
    List<String> weak = new ArrayList<>();
    List<String> few = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (PartMetrics.Scores c : numbers.perClass()) {
      int support = c.support();
      if (support > 0 && c.recall() < WEAK_RECALL) {
        weak.add(Text.of("%s (%d of %d)", c.name(), Math.round(c.recall() * support), support));
      }
      if (support < FEW) {
        few.add(String.valueOf(c.name()));
      }
      least = Math.min(least, support);
      most = Math.max(most, support);
    }
    if (!weak.isEmpty()) {
      warnings.add("Fewer than half of the measured pictures are found of: " + listed(weak) + ".");
    }
    if (!few.isEmpty()) {
      warnings.add(
          Text.of(
              "Fewer than %d pictures were measured of: %s. Their rows say little.",
              FEW, listed(few)));
    }
    if (least > 0 && most / least > UNEQUAL) {
      warnings.add(
          Text.of(
                  "Classes are unequal: the largest has %s times the pictures of the smallest; look"
                      + " at the",
                  Figures.decimal(most / least, 1))
              + " balanced accuracy too.");
    }
  }

  private static String listed(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(MOST_CLASSES_NAMED, names.size())));
    return names.size() > MOST_CLASSES_NAMED
        ? first + Text.of(" and %d more", names.size() - MOST_CLASSES_NAMED)
        : first;
  }

  private static void training(RunFiles run, List<String> warnings) {
    int epochs = run.history().epochs().size();
    double[] losses = run.history().values(EpochRecord::validationLoss);
    if (epochs > 1
        && requireNonNullElse(run.metrics().bestEpoch(), 0) == epochs
        && losses[epochs - 1] < (1 - STILL_FALLING) * losses[epochs - 2]) {
      warnings.add(
          Text.of(
                  "The last epoch was the best one, and the validation loss still fell in it, from"
                      + " %s to %s:",
                  Figures.decimal(losses[epochs - 2], 3), Figures.decimal(losses[epochs - 1], 3))
              + " more epochs may do better.");
    }
    requireNonNullElse(run.metrics().warnings(), List.<String>of())
        .forEach(w -> warnings.add(sentence(w)));
    if (run.excluded() > 0) {
      warnings.add(
          Text.of(
              "%s left out of the run (excluded.csv says which and why).",
              run.excluded() == 1
                  ? "1 picture was"
                  : Figures.count(run.excluded()) + " pictures were"));
    }
    if ("per-split-tutorial".equals(run.metrics().scaler())) {
      warnings.add(
          "Each part was scaled by itself, as the tutorial did: the test part's numbers use its own"
              + " mean and deviation, which a single new picture does not have.");
    }
  }

  private static String sentence(String line) {
    return line.isEmpty()
        ? line
        : Character.toUpperCase(line.charAt(0))
            + line.substring(1)
            + (line.endsWith(".") ? "" : ".");
  }

  private static void compared(Measurement measured, double accuracy, List<String> warnings) {
    if (measured.unreadable() > 0) {
      warnings.add(
          Text.of(
              "%s could not be read when this report was made.",
              Text.count(measured.unreadable(), "picture")));
    }
    double again = measured.evaluation().accuracy();
    if (Math.abs(again - accuracy) > 0.5 / measured.evaluation().n()) {
      warnings.add(
          Text.of(
                  "Measured again for this report, the model is right on %s; the run had written"
                      + " %s. Curves",
                  Figures.percent(again), Figures.percent(accuracy))
              + " and pictures show the new answers.");
    }
  }
}
