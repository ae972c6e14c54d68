package io.residua.cli;

import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Sample;
import io.residua.data.internal.ClassMapping;
import io.residua.export.internal.Verification;
import io.residua.export.internal.Verifier;
import io.residua.internal.ResiduaHome;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.weights.WeightSource;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.ExitCode;

/** Compares an exported model with the model it was made of, and says how they differ. */
final class Verifying {
  private static final String LIBRARIES = "lib";

  private final String typed;
  private final WeightSource weights;
  private final int threads;
  private final Console console;

  /**
   * @param typed the model as the user named it
   * @param weights where it comes from
   */
  Verifying(String typed, WeightSource weights, int threads, Console console) {
    this.typed = typed;
    this.weights = weights;
    this.threads = threads;
    this.console = console;
  }

  /** Compares; returns the exit code. */
  int run(
      Path exported, Path data, DataReading reading, OptionalDouble tolerance, JsonOption json) {
    PrintStream out = console.results(json);
    OpenedData opened = OpenedData.openPictures(data, reading);
    opened.warnings().forEach(console.progress()::warn);
    ImageDataset pictures = opened.forEvaluation().data();
    ModelFile model = ModelFile.open(typed, weights, console.progress());
    Verification found =
        new Verifier(threads, ResiduaHome.folder().resolve(LIBRARIES), weights.offline())
            .verify(
                model,
                exported,
                pictures.samples().stream().map(Sample::source).toList(),
                labels(pictures, model.spec()),
                console.progress());
    OptionalDouble allowed = tolerance.isPresent() ? tolerance : found.usualTolerance();
    boolean passed = found.passes(allowed);
    console.results(json);
    print(out, found);
    json.write(console, found.toJson(typed, exported.toString(), data.toString(), allowed));
    if (!passed) {
      console.error(
          Text.of(
              "%s: a probability differs by %s, more than the tolerance of %s",
              exported,
              number(found.largestProbabilityDifference()),
              number(allowed.getAsDouble())));
    }
    if (found.unreadable() > 0) {
      console.error(
          Text.of(
              "%,d of %s could not be read and are not in these numbers",
              found.unreadable(), Text.count(pictures.size(), "picture")));
    }
    return passed && found.unreadable() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  /** The pictures' classes among the model's; empty where they are other ones. */
  private static Optional<int[]> labels(ImageDataset data, ModelSpec spec) {
    try {
      int[] classOf = ClassMapping.match(data.classes(), spec.classIds(), spec.classes());
      return Optional.of(data.samples().stream().mapToInt(s -> classOf[s.label()]).toArray());
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  private static void print(PrintStream out, Verification found) {
    int n = found.pictures();
    out.print(
        Text.of(
            "same answer for %,d of %s (%.1f %%)%n",
            found.equalPredictions(),
            Text.count(n, "picture"),
            100.0 * found.equalPredictions() / n));
    found
        .largestLogitDifference()
        .ifPresent(d -> out.print(Text.of("largest difference of a logit: %s%n", number(d))));
    out.print(
        Text.of(
            "largest difference of a probability: %s%n",
            number(found.largestProbabilityDifference())));
    found
        .right()
        .ifPresent(
            right ->
                out.print(
                    Text.of(
                        "right: model %,d (%.3f), exported %,d (%.3f)%n",
                        right.model(),
                        (double) right.model() / n,
                        right.exported(),
                        (double) right.exported() / n)));
    out.print(
        Text.of(
            "median time of a picture: model %.1f ms, exported %.1f ms%n",
            found.modelMillis(), found.exportedMillis()));
    out.flush();
  }

  private static String number(double value) {
    return Text.of("%.2g", value);
  }
}
