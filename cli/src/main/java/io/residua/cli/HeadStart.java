package io.residua.cli;

import io.residua.engine.internal.Executors;
import io.residua.image.internal.JpegDecoder;
import io.residua.model.ModelFile;
import java.util.List;
import java.util.Map;

/**
 * Loads libraries and classes that a command needs later, on threads of their own, while the
 * command line is read and the model looked for. Whatever fails here fails again where it is
 * needed, and is told there.
 */
final class HeadStart {
  private HeadStart() {}

  /** Begins, where the command computes and there is a processor to spare. */
  static void of(List<String> arguments) {
    boolean computes =
        arguments.size() > 2
            && arguments.get(0).equals("predict")
            && arguments.stream().noneMatch(HeadStart::mayNotCompute);
    if (computes && Runtime.getRuntime().availableProcessors() > 1) {
      begin(Executors::prepare);
      begin(HeadStart::prepareFiles);
    }
  }

  private static boolean mayNotCompute(String argument) {
    return argument.equals("-h") || argument.equals("--help") || argument.startsWith("--device");
  }

  private static void begin(Runnable preparation) {
    Thread thread = new Thread(() -> attempt(preparation), "residua-head-start");
    thread.setDaemon(true);
    thread.start();
  }

  private static void attempt(Runnable preparation) {
    try {
      preparation.run();
    } catch (RuntimeException | LinkageError e) {
      return;
    }
  }

  private static void prepareFiles() {
    ModelFile.isModel(Map.of());
    JpegDecoder.prepare();
  }
}
