package io.residua.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Properties;

/**
 * Which build of Residua this is.
 *
 * @param version as in the pom
 * @param commit of the sources it was built from, 40 hexadecimal digits, with {@code -dirty} behind
 *     them if something had been changed; {@code unknown} if it was built outside their repository
 */
public record Build(String version, String commit) {
  private static final int SHORT_DIGITS = 10;

  /** This build. */
  public static Build current() {
    Properties properties = properties(Build.class, "build.properties");
    return new Build(
        properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
  }

  /** For people, for instance {@code 1.0.0 (commit 91c8fbf5a0)}. */
  public String text() {
    if (commit.equals("unknown")) {
      return version;
    }
    String digits = commit.substring(0, Math.min(SHORT_DIGITS, commit.length()));
    return Text.of(
        "%s (commit %s%s)", version, digits, commit.endsWith("-dirty") ? ", changed" : "");
  }

  /**
   * Notes in something's provenance when and by what it was made: {@code date} (ISO 8601, UTC),
   * {@code command} if there is one, {@code residua} (the version) and {@code commit}.
   *
   * @param command as it was typed; empty where a program called the library
   */
  public static void sign(ObjectNode provenance, String command) {
    Build build = current();
    provenance.put("date", date());
    if (!command.isEmpty()) {
      provenance.put("command", command);
    }
    provenance.put("residua", build.version());
    provenance.put("commit", build.commit());
  }

  /** Now, ISO 8601, UTC, to the second. */
  public static String date() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Values that the build has filled in, from a file beside a class. */
  public static Properties properties(Class<?> beside, String file) {
    Properties properties = new Properties();
    try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(file), file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
