package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What the library warns of reaches the log of the program, whoever is told besides. */
class WarningsTest {
  private static List<String> logged(Runnable work) {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getLoggerName() + " " + line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("io.residua");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      work.run();
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    return lines;
  }

  @Test
  void whereNobodyIsToldTheLogStillIs() {
    assertThat(logged(() -> Warnings.tell(Progress.NONE, "a picture {0} is left out")))
        .containsExactly(Level.WARNING + " " + Warnings.TOLD + " a picture {0} is left out");
    assertThat(logged(() -> Warnings.log("oneDNN cannot compute here")))
        .containsExactly(Level.WARNING + " io.residua oneDNN cannot compute here");
  }
}
