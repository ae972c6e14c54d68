package io.residua.weights.internal;

import io.residua.internal.OptionalLibrary;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The published weights that can be fetched by name; they are read when they are first needed. */
public final class Catalogue {
  private static final int MOST_IN_A_LINE = 4;
  private static final String RESOURCE = "catalogue.yaml";

  private final String yaml;
  private @Nullable List<CatalogueEntry> entries;

  private Catalogue(String yaml) {
    this.yaml = yaml;
  }

  /** The catalogue that comes with this version. */
  public static Catalogue builtIn() {
    try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      return new Catalogue(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All entries, in the order in which they are listed. */
  public synchronized List<CatalogueEntry> entries() {
    if (entries == null) {
      OptionalLibrary.YAML
          .missing()
          .ifPresent(
              why -> {
                throw new WeightsException(why);
              });
      try {
        entries = List.of(CatalogueYaml.read(yaml));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return entries;
  }

  /** The entry of that name or alias. */
  public Optional<CatalogueEntry> find(String nameOrAlias) {
    return !mentions(nameOrAlias)
        ? Optional.empty()
        : entries().stream()
            .filter(e -> e.name().equals(nameOrAlias) || e.aliases().contains(nameOrAlias))
            .findFirst();
  }

  /** Whether a line of names has it, which most files' names are told from without reading all. */
  private boolean mentions(String name) {
    return yaml.contains(name)
        && yaml.lines()
            .filter(line -> line.startsWith("- name:") || line.startsWith("  aliases:"))
            .anyMatch(line -> line.contains(name));
  }

  /**
   * The entry of that name or alias.
   *
   * @throws WeightsException with one line that names the closest ones
   */
  public CatalogueEntry named(String nameOrAlias) {
    return find(nameOrAlias)
        .orElseThrow(
            () ->
                new WeightsException(
                    Text.of(
                        "no published weights are called %s; there are %s",
                        OneLine.quoted(nameOrAlias), closest(nameOrAlias))));
  }

  /** The names that begin most like the given one, for a message. */
  public String closest(String wanted) {
    List<String> closest =
        names().stream()
            .sorted(Comparator.comparingInt((String name) -> -commonStart(name, wanted)))
            .limit(MOST_IN_A_LINE)
            .toList();
    return String.join(", ", closest) + (closest.size() < names().size() ? ", …" : "");
  }

  private static int commonStart(String a, String b) {
    int n = 0;
    while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
      n++;
    }
    return n;
  }

  /** Names and aliases of all entries. */
  public List<String> names() {
    return entries().stream()
        .flatMap(e -> Stream.concat(Stream.of(e.name()), e.aliases().stream()))
        .toList();
  }
}
