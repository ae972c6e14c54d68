package io.residua.server.internal.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What tells that files have changed: their names, sizes, times and identities. */
record Fingerprint(List<String> facts) {
  private static final int MOST_FILES = 1000;

  /** Of files; of one that is an index of others, of all weights beside it too. */
  static Fingerprint of(List<Path> files) {
    List<String> facts = new ArrayList<>();
    for (Path file : files) {
      facts.add(fact(file));
      if (file.toString().endsWith(".json")) {
        try (Stream<Path> beside = Files.list(file.toAbsolutePath().resolveSibling(""))) {
          beside
              .filter(f -> f.toString().matches(".*\\.(safetensors|bin)"))
              .limit(MOST_FILES)
              .sorted()
              .forEach(f -> facts.add(fact(f)));
        } catch (IOException e) {
          facts.add("folder gone");
        }
      }
    }
    return new Fingerprint(List.copyOf(facts));
  }

  private static String fact(Path file) {
    try {
      BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
      return String.join(
          " ",
          file.toString(),
          Long.toString(about.size()),
          about.lastModifiedTime().toString(),
          String.valueOf(about.fileKey()));
    } catch (IOException e) {
      return file + " gone";
    }
  }
}
