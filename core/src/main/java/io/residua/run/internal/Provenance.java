package io.residua.run.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Build;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a model or features come from: facts by name, in the order in which they were noted. What
 * is not known is empty text.
 *
 * @param json as files have it; each method that notes something gives another one
 */
public record Provenance(ObjectNode json) {
  /** In these runs of one recipe may differ. */
  private static final List<Fact> RAN_ON =
      List.of(Fact.DATA, Fact.COMPUTE, Fact.RESIDUA, Fact.COMMIT, Fact.DATE);

  /** What can be noted; files have it under its name in lower case. */
  public enum Fact {
    WEIGHTS(""),
    WEIGHTS_LICENCE(""),
    LICENCE(""),
    RECIPE(""),
    OUTPUTS("outputs of the network it was made of"),
    DATA("data set"),
    DATA_MANIFEST_SHA256("SHA-256 of the list of pictures"),
    UNREADABLE("pictures left out as unreadable"),
    WEIGHTS_SHA256("SHA-256 of the weights it started from"),
    SEED("seed"),
    DATE("made on"),
    COMMAND("made by"),
    RESIDUA("Residua"),
    COMMIT("commit of Residua"),
    COMPUTE("computed on"),
    PROCESSOR("processor"),
    JAVA("Java"),
    PLATFORM("platform");

    /** For people, where a page lists the fact under it; else empty. */
    private final String label;

    Fact(String label) {
      this.label = label;
    }

    private String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nothing is known yet. */
  public static Provenance unknown() {
    return new Provenance(JsonNodeFactory.instance.objectNode());
  }

  private Provenance with(Fact fact, JsonNode value) {
    ObjectNode more = json.deepCopy();
    more.set(fact.key(), value);
    return new Provenance(more);
  }

  /** This, with a fact. */
  public Provenance with(Fact fact, String value) {
    return with(fact, JsonNodeFactory.instance.textNode(value));
  }

  /** This, with a fact that is a number. */
  public Provenance with(Fact fact, long value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return with(
        fact, value == (int) value ? nodes.numberNode((int) value) : nodes.numberNode(value));
  }

  /**
   * Notes the weights that were trained further.
   *
   * @param licence empty if it is not known
   */
  public Provenance from(String weights, String licence) {
    Provenance named = with(Fact.WEIGHTS, weights);
    return licence.isEmpty() ? named : named.with(Fact.WEIGHTS_LICENCE, licence);
  }

  /** Notes the data set by the name of its folder or file. */
  public Provenance data(Path set) {
    return with(Fact.DATA, String.valueOf(set.toAbsolutePath().normalize().getFileName()));
  }

  /** Notes this machine's processor: its name where the system tells it (Linux), else its kind. */
  public Provenance processor() {
    String kind = System.getProperty("os.arch", "");
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return with(
          Fact.PROCESSOR,
          lines
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .findFirst()
              .orElse(kind));
    } catch (IOException | UncheckedIOException e) {
      return with(Fact.PROCESSOR, kind);
    }
  }

  /** Notes this Java and its system. */
  public Provenance platform() {
    return with(Fact.JAVA, System.getProperty("java.vm.version", ""))
        .with(
            Fact.PLATFORM,
            System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
  }

  /**
   * Notes when and by which Residua.
   *
   * @param command as it was typed; empty where a program called the library
   */
  public Provenance signed(String command) {
    ObjectNode more = json.deepCopy();
    Build.sign(more, command);
    return new Provenance(more);
  }

  /** Without date and command, which differ between runs that are otherwise equal. */
  public Provenance undated() {
    ObjectNode fewer = json.deepCopy();
    fewer.remove(List.of(Fact.DATE.key(), Fact.COMMAND.key()));
    return new Provenance(fewer);
  }

  /** A fact as text. */
  public String get(Fact fact) {
    return json.path(fact.key()).asText();
  }

  /** The licence of the weights it started from. */
  public String licence() {
    return json.path(Fact.WEIGHTS_LICENCE.key()).asText(get(Fact.LICENCE));
  }

  /** All facts but the recipe, as text. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    json.properties().forEach(e -> facts.put(e.getKey(), e.getValue().asText()));
    facts.remove(Fact.RECIPE.key());
    return facts;
  }

  /** Those facts in which runs of one recipe may differ. */
  public Map<String, String> ranOn() {
    Map<String, String> facts = new LinkedHashMap<>();
    RAN_ON.stream().filter(f -> json.has(f.key())).forEach(f -> facts.put(f.key(), get(f)));
    return facts;
  }

  /** Facts by their name for people, in the order in which a page lists them. */
  public Map<String, String> labelled() {
    Map<String, String> labelled = new LinkedHashMap<>();
    for (Fact fact : Fact.values()) {
      JsonNode value = json.path(fact.key());
      if (!fact.label.isEmpty() && !value.isMissingNode()) {
        labelled.put(
            fact.label, value.isContainerNode() ? Text.of("%,d", value.size()) : value.asText());
      }
    }
    return labelled;
  }
}
