package io.residua.cli;

import java.util.Map;
import java.util.Properties;

/**
 * What the output streams are connected to. The launcher finds it out and hands it down as system
 * properties, because Java 17 cannot ask about one stream; started without the launcher, output is
 * plain.
 *
 * @param out whether stdout is a terminal that understands escape sequences
 * @param err whether stderr is one
 * @param columns width of the terminal in characters
 * @param colour whether the environment allows colours ({@code NO_COLOR} forbids them)
 */
record Terminal(boolean out, boolean err, int columns, boolean colour) {
  private static final int DEFAULT_COLUMNS = 80;

  /** No terminal at all: plain lines. */
  static final Terminal NONE = new Terminal(false, false, DEFAULT_COLUMNS, false);

  static Terminal of(Properties properties, Map<String, String> environment) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    String noColor = environment.getOrDefault("NO_COLOR", "");
    return new Terminal(
        !dumb && "true".equals(properties.getProperty("residua.terminal.out")),
        !dumb && "true".equals(properties.getProperty("residua.terminal.err")),
        columns(properties.getProperty("residua.terminal.columns", "")),
        noColor.isEmpty());
  }

  private static int columns(String text) {
    if (!text.matches("[0-9]{1,4}")) {
      return DEFAULT_COLUMNS;
    }
    int columns = Integer.parseInt(text);
    return columns >= 20 ? columns : DEFAULT_COLUMNS;
  }

  boolean colourOut() {
    return out && colour;
  }

  boolean colourErr() {
    return err && colour;
  }
}
