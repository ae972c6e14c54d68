package io.residua.internal;

import io.residua.Progress;

/**
 * The one place where Residua warns: what a user should not miss goes to a {@link System.Logger},
 * and also to the {@link Progress} of the work where there is one.
 *
 * <p>A program binds the logger to what it uses (SLF4J: {@code slf4j-jdk-platform-logging}, Log4j:
 * {@code log4j-jpl}); without a binding the JDK prints warnings on stderr. All loggers are called
 * {@code io.residua}, or {@value #TOLD} where a {@link Progress} was told the same, so that a
 * program that shows it can leave the second out.
 */
public final class Warnings {
  /** The logger of what a {@link Progress} was told too. */
  public static final String TOLD = "io.residua.progress";

  private static final String LOGGER = "io.residua";

  private Warnings() {}

  /** Warns of something that concerns the process, not one piece of work. */
  public static void log(String text) {
    System.getLogger(LOGGER).log(System.Logger.Level.WARNING, text);
  }

  /**
   * Warns of something in a piece of work.
   *
   * @param progress of the work; also told
   */
  public static void tell(Progress progress, String text) {
    System.getLogger(TOLD).log(System.Logger.Level.WARNING, text);
    progress.warn(text);
  }
}
