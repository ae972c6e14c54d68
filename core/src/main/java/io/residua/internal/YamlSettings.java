package io.residua.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.residua.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Settings as YAML: a name and a value on each line; a list of values counts as {@code a,b,c}, a
 * list of settings as {@code a=1 b=2; a=3}. Values keep the spelling they have in the file.
 */
public final class YamlSettings {
  /** Far more than settings need. */
  private static final int MOST_BYTES = 1 << 20;

  private YamlSettings() {}

  /**
   * The settings of a recipe that comes with the library.
   *
   * @throws IllegalStateException if there is none of that name
   */
  public static Map<String, String> recipe(String name) {
    try (InputStream in =
        YamlSettings.class.getResourceAsStream("/io/residua/recipes/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("no recipe " + name);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads settings in their order.
   *
   * @throws IOException if the file cannot be read
   * @throws UsageException with one line, if it is too large or holds no such YAML
   */
  public static Map<String, String> read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = ReadableFiles.open(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new UsageException("is larger than 1 MB, which no recipe is");
    }
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new UsageException("is not text in UTF-8", e);
    }
  }

  /**
   * Reads settings in their order. A name that is given twice, a second document, a tag that is not
   * YAML's own and an alias are errors.
   *
   * @throws UsageException with one line, if the text is no such YAML
   */
  public static Map<String, String> parse(String yaml) {
    requireLibrary();
    try {
      return YamlSettingsReader.read(yaml);
    } catch (JsonProcessingException e) {
      throw new UsageException(
          "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings as YAML that {@link #parse} reads. */
  public static String text(Map<String, String> settings) {
    requireLibrary();
    return YamlSettingsWriter.text(settings);
  }

  private static void requireLibrary() {
    OptionalLibrary.YAML
        .missing()
        .ifPresent(
            why -> {
              throw new UsageException(why);
            });
  }
}
