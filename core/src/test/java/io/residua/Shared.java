package io.residua;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reference pictures, weights and golden values that lie beside the project ({@code
 * -Dresidua.shared}, default {@code ../shared}). Tests that need them are skipped where they are
 * absent, except in CI, which must have them.
 */
public final class Shared {
  private Shared() {}

  /** A path under the shared folder; skips the calling test if it is not there. */
  public static Path path(String first, String... more) {
    Path root = Path.of(System.getProperty("residua.shared", "../shared")).toAbsolutePath();
    Path path = root.resolve(Path.of(first, more)).normalize();
    if (System.getenv("CI") == null) {
      assumeTrue(Files.exists(root), "reference data is not on this machine: " + root.normalize());
      assumeTrue(Files.exists(path), () -> "reference data " + path + " is not on this machine");
    } else if (!Files.exists(path)) {
      throw new AssertionError("CI must have the reference data " + path);
    }
    return path;
  }

  /**
   * Whether a test may look for another program (a browser, PyTorch) to compare with or to look
   * with; {@code -Dresidua.programs=none} says no, as on a machine that has none.
   */
  public static boolean mayUseOtherPrograms() {
    return !System.getProperty("residua.programs", "").equals("none");
  }

  public static JsonNode json(String first, String... more) {
    try {
      return new ObjectMapper().readTree(path(first, more).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A NumPy file's values as doubles, whatever its type ({@code <f4 <f8 <i4 <i8 |u1}). */
  public static double[] npy(String first, String... more) {
    return array(path(first, more)).values();
  }

  /** A NumPy array. */
  public record Npy(int[] shape, double[] values) {
    public float[] floats() {
      float[] f = new float[values.length];
      for (int i = 0; i < f.length; i++) {
        f[i] = (float) values[i];
      }
      return f;
    }

    public int[] ints() {
      int[] n = new int[values.length];
      for (int i = 0; i < n.length; i++) {
        n[i] = (int) values[i];
      }
      return n;
    }
  }

  public static Npy array(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      DataInputStream data = new DataInputStream(in);
      data.skipBytes(8);
      int headerLength = Short.toUnsignedInt(Short.reverseBytes(data.readShort()));
      String header = new String(data.readNBytes(headerLength), StandardCharsets.US_ASCII);
      Matcher m = Pattern.compile("'descr': '([^']+)'.*'shape': \\(([^)]*)\\)").matcher(header);
      if (!m.find() || header.contains("'fortran_order': True")) {
        throw new IOException("unexpected npy header " + header);
      }
      String[] dims = m.group(2).isBlank() ? new String[0] : m.group(2).split("\\s*,\\s*");
      int[] shape = new int[dims.length];
      int size = 1;
      for (int i = 0; i < dims.length; i++) {
        shape[i] = Integer.parseInt(dims[i].trim());
        size *= shape[i];
      }
      ByteBuffer raw = ByteBuffer.wrap(data.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            switch (m.group(1)) {
              case "<f4" -> raw.getFloat();
              case "<f8" -> raw.getDouble();
              case "<i4" -> raw.getInt();
              case "<i8" -> raw.getLong();
              case "|u1" -> raw.get() & 0xff;
              default -> throw new IOException("unexpected npy type " + m.group(1));
            };
      }
      return new Npy(shape, values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
