package io.residua.model.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Build;
import io.residua.internal.Text;
import io.residua.model.ModelException;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The version of the model file's format. It counts what a reader must not pass over; what it may,
 * such as a new key, leaves the version alone ({@code docs/model-file.md}).
 */
public final class ModelFormat {
  /** The key of the metadata that holds the version, and by which a model file is known. */
  public static final String KEY = "residua";

  /** The version that is written, and the latest that is read. */
  public static final int VERSION = 1;

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");
  private static final Pattern RELEASE = Pattern.compile("[0-9][0-9A-Za-z.+-]{0,39}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelFormat() {}

  /**
   * Passes where the file is of a version that is read.
   *
   * @throws ModelException with one line that names this version and the file's, if it is not
   */
  public static void check(Path file, Map<String, String> metadata) {
    String version = metadata.getOrDefault(KEY, "");
    if (!NUMBER.matcher(version).matches()) {
      throw new ModelException(Text.of("%s: its '%s' is no version of the format", file, KEY));
    } else if (Integer.parseInt(version) > VERSION) {
      throw new ModelException(
          Text.of(
              "%s: a model file of format %s%s; this is Residua %s, which reads formats up to %d:"
                  + " use a newer Residua",
              file,
              version,
              writer(metadata).map(release -> ", written by Residua " + release).orElse(""),
              Build.current().version(),
              VERSION));
    }
  }

  /**
   * What to add to the line that refuses a file: that a later Residua has written it; empty where
   * that is not so or not known.
   */
  public static String hint(Map<String, String> metadata) {
    String own = Build.current().version();
    return writer(metadata)
        .filter(release -> later(release, own))
        .map(
            release ->
                Text.of(
                    " (Residua %s has written it, this is Residua %s: use a newer one)",
                    release, own))
        .orElse("");
  }

  /** The release that wrote the file, if it says so. */
  private static Optional<String> writer(Map<String, String> metadata) {
    try {
      return JSON.readTree(metadata.getOrDefault("provenance", "")) instanceof ObjectNode known
          ? Optional.of(new Provenance(known).get(Fact.RESIDUA))
              .filter(text -> RELEASE.matcher(text).matches())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean later(String release, String own) {
    try {
      return ModuleDescriptor.Version.parse(release).compareTo(ModuleDescriptor.Version.parse(own))
          > 0;
    } catch (IllegalArgumentException e) { // a build without a version
      return false;
    }
  }
}
