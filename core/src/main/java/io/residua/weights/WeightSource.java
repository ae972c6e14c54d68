package io.residua.weights;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.Setting;
import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.CatalogueEntry;
import io.residua.weights.internal.FileHead;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.ModelConfig;
import io.residua.weights.internal.OneLine;
import io.residua.weights.internal.Recognition;
import io.residua.weights.internal.WeightFile;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightStore;
import io.residua.weights.internal.WeightsException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives weights by a catalogue name or by a safetensors file.
 *
 * @param catalogue which names are known
 * @param store where fetched weights are kept
 * @param prefix under which the network is in a file that has several, such as {@code
 *     module.encoder_q}; empty for the only one
 * @param offline whether the network must not be touched
 */
public record WeightSource(
    Catalogue catalogue, WeightStore store, Optional<String> prefix, boolean offline) {
  /** The setting of recipes that begin with weights. */
  public static final Setting<String> PREFIX =
      Setting.of(
          "prefix",
          "auto",
          text -> text,
          WeightSource::withoutDot,
          "what stands before the network's names in a weight file that has several, such as"
              + " module.encoder_q; auto: the only one, or the only moving average");

  private static final int MOST_BESIDE = 10_000;

  /** Without a prefix, and allowed to fetch. */
  public WeightSource(Catalogue catalogue, WeightStore store) {
    this(catalogue, store, Optional.empty(), false);
  }

  /** The same, which takes the network under a prefix of a file. */
  public WeightSource withPrefix(String wanted) {
    requireNonNull(wanted, "wanted");
    return new WeightSource(catalogue, store, Optional.of(wanted), offline);
  }

  /** The same, which touches the network or must not. */
  public WeightSource withOffline(boolean wanted) {
    return new WeightSource(catalogue, store, prefix, wanted);
  }

  /**
   * A catalogue entry and whether it is cached.
   *
   * @param file where it lies or would lie
   * @param problem what is wrong with a file that is there; else empty
   */
  public record Listing(CatalogueEntry entry, boolean cached, Path file, String problem) {
    /** This as JSON; the keys are stable. */
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("name", entry.name());
      entry.aliases().forEach(json.putArray("aliases")::add);
      json.put("description", entry.description());
      json.put("architecture", entry.architecture());
      json.put("classes", entry.classNames());
      json.put("values", entry.values());
      json.put("licence", entry.licence());
      json.put("published_top1", entry.top1());
      json.put("published_top5", entry.top5() == 0 ? null : (Double) entry.top5());
      json.put("advice", entry.advice());
      json.put("preprocessing", entry.preprocessing().describe());
      entry
          .npmPackage()
          .ifPresent(
              npm ->
                  json.put("source", "npm " + npm.tarball().spec())
                      .put("source_bytes", npm.sizeBytes())
                      .put("source_sha256", npm.sha256()));
      entry
          .publisherFile()
          .ifPresent(
              file ->
                  json.put("publisher_url", file.url())
                      .put("publisher_hash", file.hash().isEmpty() ? null : file.hash())
                      .put("publisher_checked", file.checked()));
      json.put("cached", cached);
      json.put("problem", problem.isEmpty() ? null : problem);
      json.put("file", file.toString());
      return json;
    }
  }

  /** The built-in catalogue and the user's cache. */
  public static WeightSource ofEnvironment() {
    return new WeightSource(Catalogue.builtIn(), WeightStore.ofEnvironment());
  }

  /** All entries of the catalogue. */
  public List<Listing> list() {
    return catalogue.entries().stream()
        .map(
            e -> {
              String problem = store.problem(e);
              boolean cached = problem.isEmpty() && Files.exists(store.file(e));
              return new Listing(e, cached, store.file(e), problem);
            })
        .toList();
  }

  /**
   * Loads weights. A catalogue name is fetched if it is not cached; anything else is a file of any
   * format that {@link WeightFile} reads. A file of a known network comes under that network's
   * names, any other under its own.
   *
   * @throws io.residua.ResiduaException with one line, if there is neither such a name nor such a
   *     file, or the file cannot be read or holds values that are no numbers
   */
  public LoadedWeights load(String nameOrFile, Progress progress) {
    requireNonNull(nameOrFile, "nameOrFile");
    requireNonNull(progress, "progress");
    return load(nameOrFile, WeightFile.open(locate(nameOrFile, progress)), progress);
  }

  /**
   * Loads weights from a file that is open already.
   *
   * @param nameOrFile what the user asked for, and {@link #locate} found
   * @throws io.residua.ResiduaException with one line, if the file holds values that are no
   *     numbers, or a {@link ModelConfig} beside it says that it is of another network than its
   *     tensors
   */
  public LoadedWeights load(String nameOrFile, WeightFile file, Progress progress) {
    requireNonNull(nameOrFile, "nameOrFile");
    requireNonNull(file, "file");
    requireNonNull(progress, "progress");
    Optional<CatalogueEntry> entry = catalogue.find(nameOrFile);
    Optional<Recognition> recognition =
        entry.isPresent() ? Optional.empty() : Recognition.of(file, prefix);
    if (prefix.isPresent() && entry.isPresent()) {
      throw ResiduaException.about(
          "prefix",
          new WeightsException(
              Text.of(
                  "%s: published weights have no prefix; leave the prefix out",
                  entry.get().name())));
    } else if (entry.isEmpty()) {
      ModelConfig.notBelieved(file.path()).ifPresent(line -> Warnings.tell(progress, line));
      if (recognition.isEmpty()) {
        refuseConflict(file);
      }
    }
    recognition
        .map(r -> r.ownPixelsProblem(file))
        .filter(problem -> !problem.isEmpty())
        .ifPresent(
            problem ->
                Warnings.tell(
                    progress,
                    Text.of(
                        "%s: how it prepares pictures itself is not done here, but what is usual"
                            + " for its network: %s",
                        nameOrFile, problem)));
    recognition.ifPresent(
        r -> r.notes().forEach(note -> progress.line(Text.of("%s: %s", nameOrFile, note))));
    WeightMap weights = recognition.map(r -> r.weights(file)).orElseGet(file::weights);
    weights.requireNumbers(file.path().toString());
    FileHead head =
        recognition
            .map(r -> r.head(file, weights))
            .or(
                () ->
                    entry.isPresent()
                        ? Optional.empty()
                        : Recognition.whyUnknown(file, prefix).map(FileHead::notComputed))
            .orElseGet(() -> FileHead.published(weights));
    return new LoadedWeights(
        nameOrFile, file.path(), weights, file.metadata(), entry, recognition, head);
  }

  private void refuseConflict(WeightFile file) {
    Recognition.conflict(file, prefix)
        .ifPresent(
            conflict -> {
              WeightsException refusal =
                  new WeightsException(Text.of("cannot use %s: %s", file.path(), conflict));
              throw Recognition.prefixProblem(file, prefix).isPresent()
                  ? ResiduaException.about("prefix", refusal)
                  : refusal;
            });
  }

  /**
   * Where weights lie: the cached file of a catalogue name, fetched if it is not there, the file
   * itself, or the one in a folder that timm or Hugging Face's transformers saved.
   *
   * @throws io.residua.ResiduaException with one line, if there is neither
   */
  public Path locate(String nameOrFile, Progress progress) {
    requireNonNull(nameOrFile, "nameOrFile");
    requireNonNull(progress, "progress");
    Optional<CatalogueEntry> entry = catalogue.find(nameOrFile);
    return entry.isPresent() ? store.fetch(entry.get(), progress, offline) : existing(nameOrFile);
  }

  /**
   * Refuses what is neither a catalogue name nor a file or folder, before anything is read.
   *
   * @throws io.residua.ResiduaException with one line and what was probably meant
   */
  public void requireKnown(String nameOrFile) {
    requireNonNull(nameOrFile, "nameOrFile");
    if (catalogue.find(nameOrFile).isEmpty()) {
      existing(nameOrFile);
    }
  }

  private Path existing(String nameOrFile) {
    try {
      Path path = Path.of(nameOrFile);
      Optional<Path> inFolder = inFolder(path);
      if (inFolder.isPresent() || Files.exists(path)) {
        return inFolder.orElse(path);
      }
    } catch (InvalidPathException e) {
      // no path, so no file: the message below says it
    }
    throw new WeightsException(
        Text.of(
            "no weights %s: there is no such file, and the catalogue has %s ('residua weights"
                + " list' shows all)%s",
            OneLine.quoted(nameOrFile),
            catalogue.closest(nameOrFile),
            Printable.line(Nearest.meant(nameOrFile, candidates(nameOrFile)))));
  }

  /**
   * What is opened where this is typed: the model in the folder, if a run's folder is meant or one
   * of timm or transformers; else the same, a file or a name.
   */
  public static String meant(String typed) {
    requireNonNull(typed, "typed");
    try {
      return inFolder(Path.of(typed)).map(Path::toString).orElse(typed);
    } catch (InvalidPathException e) {
      return typed; // no path, but perhaps a name
    }
  }

  /**
   * The weights in a folder as timm and Hugging Face's transformers save them: one file, or the
   * index of several; empty where there are none.
   */
  public static Optional<Path> inFolder(Path folder) {
    requireNonNull(folder, "folder");
    return ModelConfig.THEIR_NAMES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** The catalogue's names, and what lies beside the file that is not there. */
  private List<String> candidates(String nameOrFile) {
    List<String> candidates = new ArrayList<>(catalogue.names());
    int folder = nameOrFile.lastIndexOf('/') + 1;
    String[] beside = new File(folder == 0 ? "." : nameOrFile.substring(0, folder)).list();
    if (beside != null) {
      Stream.of(beside)
          .limit(MOST_BESIDE)
          .forEach(name -> candidates.add(nameOrFile.substring(0, folder) + name));
    }
    return candidates;
  }

  private static String withoutDot(String prefix) {
    return prefix.endsWith(".") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }
}
