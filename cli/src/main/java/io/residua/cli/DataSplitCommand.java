package io.residua.cli;

import io.residua.UsageException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.inspect.internal.Division;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.data.internal.SplitSize;
import io.residua.internal.Text;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua data split}. */
@Command(
    name = "split",
    description = {
      "Divide a data set into train, validation and test so that no copy crosses.",
      "",
      "Pictures that show the same (turned, mirrored, cropped, compressed anew) or are named as"
          + " copies (rotated_by_15_X beside X) go into one part; classes have the same shares in"
          + " each. Parts that DATA has stay as they are, unless --anew divides all of it. The file"
          + " lists every picture's part; 'train --split' and 'svm --split' follow it. Nothing of"
          + " DATA is changed."
    },
    footer = {
      "",
      "Examples:",
      "  residua data split pictures --out split.csv",
      "  residua data split pictures --anew --out split.csv --test-split 0.1 --seed 2",
      "  residua train pictures --split split.csv --out run"
    })
final class DataSplitCommand implements Runnable {
  private static final SplitSize USUAL = SplitSize.fraction(0.2);

  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description = "Labelled pictures, in any form that 'residua train' takes.")
  private Path data;

  private Path out = Path.of("");
  private final Map<Part, SplitSize> given = new EnumMap<>(Part.class);

  @Option(
      names = "--anew",
      order = 2,
      description = "Divide all pictures, whatever parts DATA has.")
  private boolean anew;

  @Option(
      names = "--seed",
      paramLabel = "N",
      order = 5,
      description = "Of the choice of pictures (default: 1).")
  private long seed = 1;

  @Mixin private DataOptions reading;
  @Mixin private ExcludeOption exclude;
  @Mixin private MaxBadOption maxBad;
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      order = 1,
      description = "The list to write, a CSV file.")
  void setOut(String value) {
    out = OutputFile.named(spec, "--out", value);
  }

  @Option(
      names = "--val-split",
      paramLabel = "SHARE",
      order = 3,
      description =
          "What becomes the validation part where there is none: a share of the pictures left"
              + " without the test part, or a number (default: 0.2).")
  void setValidation(String value) {
    given.put(Part.VALIDATION, size("--val-split", value));
    if (given.get(Part.VALIDATION) instanceof SplitSize.None) {
      throw new ParameterException(
          spec.commandLine(),
          "--val-split 0: training needs a validation part to choose its best epoch by");
    }
  }

  @Option(
      names = "--test-split",
      paramLabel = "SHARE",
      order = 4,
      description =
          "What becomes the test part where there is none: a share of the pictures, a number, or 0"
              + " for none (default: 0.2).")
  void setTest(String value) {
    given.put(Part.TEST, size("--test-split", value));
  }

  private SplitSize size(String option, String value) {
    try {
      return SplitSize.parse(value);
    } catch (UsageException e) {
      throw new ParameterException(
          spec.commandLine(), Text.of("%s %s: %s", option, value, e.getMessage()), e);
    }
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    OpenedData opened = OpenedData.open(data, reading.reading());
    opened.warnings().forEach(console.progress()::warn);
    for (Part part : given.keySet()) {
      if (!anew && opened.parts().containsKey(part)) {
        throw new UsageException(
            Text.of(
                "%s has a %s part, which stays as it is: leave its share out, or divide all"
                    + " pictures with --anew",
                data, part.label()));
      }
    }
    Division division =
        Division.of(
            opened,
            new TrainingCheck(exclude.file(), maxBad.share()),
            given.getOrDefault(Part.VALIDATION, USUAL),
            given.getOrDefault(Part.TEST, USUAL),
            seed,
            anew,
            console.progress());
    division.manifest(console.progress()).write(out);
    PrintStream results = console.results();
    division.splits().byPart().forEach((part, set) -> results.println(line(part, set)));
    results.flush();
    console.note(
        Text.of(
            "%s have a copy, which lies in the same part",
            Text.count(division.together(), "picture")));
    console.note("wrote " + out);
    console.next("train", data, "--split", out, "--out", "RUN");
  }

  private static String line(Part part, ImageDataset set) {
    return Text.of("%s  %,d", Text.left(part.label(), 10), set.size());
  }
}
