package io.residua.cli;

import io.residua.data.DataReading;
import io.residua.data.PictureSource;
import io.residua.engine.internal.Calibration.Method;
import io.residua.engine.internal.Calibrator;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.model.internal.ModelCalibrator;
import io.residua.weights.WeightSource;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prepares a model for int8 and says how close it comes to fp32. */
final class Calibrating {
  private final String model;
  private final WeightSource weights;
  private final Path data;
  private final DataReading reading;
  private final int threads;
  private final Console console;

  /**
   * @param model a model file or a name of the catalogue
   * @param weights where it comes from
   * @param data typical pictures, labelled or not
   */
  Calibrating(
      String model,
      WeightSource weights,
      Path data,
      DataReading reading,
      int threads,
      Console console) {
    this.model = model;
    this.weights = weights;
    this.data = data;
    this.reading = reading;
    this.threads = threads;
    this.console = console;
  }

  /**
   * @param pictures how many to use, at most
   * @param method {@code auto}, {@code min-max} or {@code percentile}
   * @param target where the model goes
   */
  void run(int pictures, String method, Path target) {
    List<PictureSource> typical = ModelCalibrator.typical(data, reading, console.progress());
    ModelFile read = ModelFile.open(model, weights, console.progress());
    Calibrator.Result result =
        ModelCalibrator.calibrate(
            read,
            typical,
            pictures,
            Method.parse(method),
            data.toString(),
            threads,
            console.progress());
    PrintStream out = console.out();
    result.measured().forEach((tried, found) -> out.println(describe(tried, found)));
    out.print(Text.of("method: %s%n", result.calibration().method().text()));
    out.flush();
    boolean replaces = Files.exists(target);
    read.with(result.calibration()).write(target);
    console.note(Text.of("wrote %s%s", target, replaces ? replaced(read, target) : ""));
    console.next("evaluate", target, "DATA", "--precision", "int8");
  }

  private String replaced(ModelFile read, Path target) {
    if (!RunFolders.isSame(target, model)) {
      return " in place of the file that was there";
    }
    return read.calibration()
        .map(c -> Text.of(" in place: its calibration on %s is replaced", c.source()))
        .orElse(" in place: a calibration is added")
        .concat(", its weights are as they were");
  }

  private static String describe(Method tried, Calibrator.Agreement found) {
    return Text.of(
        "%s: same answer as fp32 for %d of %s, outputs differ by %.1f %%",
        tried.text(),
        found.sameAnswer(),
        Text.count(found.pictures(), "picture"),
        100 * found.relativeError());
  }
}
