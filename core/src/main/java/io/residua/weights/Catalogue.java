package io.residua.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.residua.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The published weights that can be fetched by name.
 *
 * @param entries in the order in which they are listed
 */
public record Catalogue(List<CatalogueEntry> entries) {
  private static final int MOST_IN_A_LINE = 4;
  private static final String RESOURCE = "catalogue.yaml";

  public Catalogue {
    entries = List.copyOf(entries);
  }

  /** The catalogue that comes with this version. */
  public static Catalogue builtIn() {
    try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
      return new Catalogue(List.of(yaml.readValue(in, CatalogueEntry[].class)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The entry of that name or alias. */
  public Optional<CatalogueEntry> find(String nameOrAlias) {
    return entries.stream()
        .filter(e -> e.name().equals(nameOrAlias) || e.aliases().contains(nameOrAlias))
        .findFirst();
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
  String closest(String wanted) {
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
    return entries.stream()
        .flatMap(e -> Stream.concat(Stream.of(e.name()), e.aliases().stream()))
        .toList();
  }
}
