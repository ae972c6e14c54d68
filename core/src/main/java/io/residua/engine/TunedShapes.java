package io.residua.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.residua.AtomicFiles;
import io.residua.ResiduaException;
import io.residua.ResiduaHome;
import io.residua.Text;
import io.residua.nn.Network;
import io.residua.nn.Shape;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;

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

  /** What a measurement depends on: processor, oneDNN's version, network, picture and choices. */
  static String key(Network network, Shape picture, Compute compute) {
    return Text.of(
        "%s; oneDNN %s; %s-%08x at %dx%d; %s; %d threads",
        processor(),
        version(),
        network.name(),
        network.nodes().toString().hashCode(),
        picture.height(),
        picture.width(),
        compute.precision().text(),
        compute.threads());
  }

  private static String processor() {
    String isa = Text.of("isa %x", Natives.instructionSet());
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
              .filter(l -> l.startsWith("model") || l.startsWith("cpu family"))
              .map(l -> l.substring(l.indexOf(':') + 1).strip())
              .limit(3)
              .reduce((a, b) -> a + "/" + b)
              .orElse("")
          + " "
          + isa;
    } catch (IOException | RuntimeException e) {
      return System.getProperty("os.arch") + " " + isa;
    }
  }

  private static String version() {
    var version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
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
