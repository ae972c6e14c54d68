package io.residua.cli;

import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.logging.LogManager;

/**
 * How the library's log reaches the user of the command line: as {@code warning:} lines on stderr,
 * without what the command's progress prints already. The JDK makes one when something is logged
 * for the first time; who sets {@code java.util.logging.config.file} gets the whole log there.
 */
public final class LogConfiguration {
  private static final String CLASS = "java.util.logging.config.class";
  private static final String FILE = "java.util.logging.config.file";
  private static final String SETTINGS =
      Text.of(
          """
          handlers=java.util.logging.ConsoleHandler
          java.util.logging.ConsoleHandler.level=WARNING
          java.util.logging.SimpleFormatter.format=warning: %%5$s%%n
          %s.level=OFF
          """,
          Warnings.TOLD);

  /** Called by the JDK's log manager. */
  public LogConfiguration() throws IOException {
    byte[] settings = SETTINGS.getBytes(StandardCharsets.ISO_8859_1);
    LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(settings));
  }

  /** Asks the JDK to log so, unless the user has set another way. */
  static void use(Properties system) {
    if (system.getProperty(CLASS) == null && system.getProperty(FILE) == null) {
      system.setProperty(CLASS, LogConfiguration.class.getName());
    }
  }
}
