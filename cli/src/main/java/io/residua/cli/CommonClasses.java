package io.residua.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * Does, with a tiny network and a few computed pictures, what people do most, so that the JVM can
 * list the classes of it ({@code -XX:DumpLoadedClassList}) for the archive that the launcher keeps.
 */
final class CommonClasses {
  private CommonClasses() {}

  /**
   * Runs commands one after the other and ends the virtual machine, with the first exit code that
   * is not 0.
   *
   * @param arguments an empty folder for what the commands write
   */
  public static void main(String[] arguments) {
    String pictures = Path.of(arguments[0], "pictures").toString();
    String run = Path.of(arguments[0], "run").toString();
    String onnx = Path.of(arguments[0], "model.onnx").toString();
    List<List<String>> commands =
        List.of(
            List.of("help"),
            List.of("sample", pictures, "--train", "2", "--test", "1"),
            List.of(
                "train",
                pictures,
                "--out",
                run,
                "--offline",
                "--model",
                "resnet8-cifar",
                "--weights",
                "none",
                "--freeze",
                "none",
                "--image-size",
                "32",
                "--epochs",
                "1"),
            List.of("predict", run, pictures),
            List.of("predict", run, pictures, "--json", "-"),
            List.of("evaluate", run, pictures),
            List.of("card", run),
            List.of("export", run, onnx));
    System.exit(
        commands.stream()
            .mapToInt(command -> Main.run(command.toArray(String[]::new)))
            .filter(code -> code != 0)
            .findFirst()
            .orElse(0));
  }
}
