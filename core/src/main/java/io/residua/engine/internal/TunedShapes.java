package io.residua.engine.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.residua.ResiduaException;
import io.residua.engine.Compute;
import io.residua.internal.AtomicFiles;
import io.residua.internal.ResiduaHome;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file with what {@link SessionTuner} measured, {@code sessions.properties} in {@link
 * ResiduaHome}: only a memory, which may be missing, damaged, deleted or not writable.
 */
final class TunedShapes {
  private static final Pattern VALUE = Pattern.compile("(\\d{1,4}) sessions, (\\d{1,4}) per call");

  private final Path file;

  TunedShapes(Path home) {
    file = home.resolve("sessions.properties");
  }

  static TunedShapes ofEnvironment() {
    return new TunedShapes(ResiduaHome.folder());
  }

  /** What a measurement depends on: processor, version, network, picture and choices. */
  static String key(Inference what) {
    Compute compute = what.compute();
    return Text.of(
        "%s; %s-%08x at %dx%d; %s; %d threads",
        compute.device().executor().version(),
        what.network().name(),
        what.network().nodes().toString().hashCode(),
        what.picture().height(),
        what.picture().width(),
        compute.precision().text(),
        compute.threads());
  }

  Optional<SessionShape> get(String key) {
    Matcher value = VALUE.matcher(read().getProperty(key, ""));
    if (!value.matches()) {
      return Optional.empty();
    }
    int sessions = Integer.parseInt(value.group(1));
    int perCall = Integer.parseInt(value.group(2));
    return sessions < 1 || perCall < 1
        ? Optional.empty()
        : Optional.of(new SessionShape(sessions, perCall));
  }

  void put(String key, SessionShape shape) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Properties all = read();
      all.setProperty(
          key, Text.of("%d sessions, %d per call", shape.sessions(), shape.picturesPerCall()));
      StringWriter text = new StringWriter();
      all.store(text, "Fastest sessions as measured; may be deleted");
      AtomicFiles.write(file, text.toString());
    } catch (IOException | ResiduaException e) {
      // then it is measured again next time
    }
  }

  private Properties read() {
    Properties all = new Properties();
    try (Reader in = Files.newBufferedReader(file, UTF_8)) {
      all.load(in);
    } catch (IOException | IllegalArgumentException e) {
      all.clear(); // missing or damaged: nothing is known
    }
    return all;
  }
}
