package io.residua.cli;

import io.residua.internal.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua verify}. */
@Command(
    name = "verify",
    description = {
      "Compare an exported model with the model it was made of, on real pictures.",
      "",
      "Both answer the same pictures one by one, the model in fp32. ONNX files run in ONNX Runtime,"
          + " which is fetched once with your Maven (mvn), from whatever repository it is set to,"
          + " and kept in the folder lib of $RESIDUA_HOME. The exit code is 1 if a probability"
          + " differs by more than the tolerance."
    },
    footer = {
      "",
      "Examples:",
      "  residua verify run model.onnx pictures",
      "  residua verify run int8.onnx pictures --tolerance 0.2 --json verify.json"
    })
final class VerifyCommand implements Callable<Integer> {
  /** Other orders in which the arguments may have been meant. */
  private static final List<List<Integer>> ORDERS =
      List.of(List.of(1, 0, 2), List.of(0, 2, 1), List.of(1, 2, 0), List.of(2, 0, 1));

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run's folder, a model file, or published weights by name.")
  private String model;

  @Parameters(index = "1", paramLabel = "EXPORTED", description = "What 'residua export' wrote.")
  private Path exported;

  @Parameters(
      index = "2",
      paramLabel = "DATA",
      description =
          "Pictures: a data set, of which the test part is used, or a folder of pictures. Where"
              + " their classes are the model's, right answers are counted too.")
  private Path data;

  private OptionalDouble tolerance = OptionalDouble.empty();

  @Mixin private DataOptions reading;
  @Mixin private JsonOption json;
  @Mixin private ThreadsOption threads;
  @Mixin private WeightOptions weights;
  @Spec private CommandSpec spec;

  @Option(
      names = "--tolerance",
      paramLabel = "P",
      description =
          "The largest difference of a probability that passes (default: 0.0001, for fp16 0.01, for"
              + " int8 any).")
  void setTolerance(double value) {
    if (!(value >= 0) || value > 1) {
      throw new ParameterException(
          spec.commandLine(), Text.of("--tolerance %s: must be from 0 to 1", value));
    }
    tolerance = OptionalDouble.of(value);
  }

  @Override
  public Integer call() {
    checkArguments();
    Console console = Console.of(spec);
    return new Verifying(model, weights.source(), threads.threads(), console)
        .run(exported, data, reading.reading(), tolerance, json);
  }

  /** Tells a wrong order, with the right one, and a model that is none. */
  private void checkArguments() {
    if (Files.isDirectory(exported)) {
      List<String> typed = List.of(model, exported.toString(), data.toString());
      String right = null;
      for (List<Integer> order : ORDERS) {
        if (right == null
            && ModelArguments.isModel(typed.get(order.get(0)))
            && Files.isRegularFile(Path.of(typed.get(order.get(1))))
            && Files.exists(Path.of(typed.get(order.get(2))))) {
          right = ModelArguments.rearranged(spec, typed, order);
        }
      }
      throw new ParameterException(
          spec.commandLine(),
          Text.of(
              "'%s' is a folder, not a file that 'residua export' wrote%s",
              exported, right == null ? "" : "; the order is MODEL EXPORTED DATA: " + right));
    }
    ModelArguments.check(spec, model, List.of(data));
  }
}
