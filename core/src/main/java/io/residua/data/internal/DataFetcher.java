package io.residua.data.internal;

import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.internal.Download;
import io.residua.internal.FileHash;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Fetches published data sets. The archive is downloaded into a folder of its own, where a download
 * that broke off goes on the next time and where an archive that was put there by hand is found;
 * its checksum is compared before anything of it is unpacked.
 */
public final class DataFetcher {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path archives;

  /**
   * @param archives the folder that archives are kept in; made when one is fetched
   */
  public DataFetcher(Path archives) {
    this.archives = archives.toAbsolutePath();
  }

  /**
   * Makes a folder with the set's files, which {@link OpenedData#open} opens.
   *
   * @param folder must not exist or be empty
   * @param offline whether the network must not be touched
   * @throws DataException with one line; where the archive cannot be had it says which file to put
   *     where
   */
  public void fetch(PublishedData set, Path folder, boolean offline, Progress progress) {
    NewFolder.requireFree(folder);
    Path archive = archives.resolve(set.fileName());
    if (!Files.exists(archive)) {
      download(set, archive, offline, progress);
    }
    check(set, archive, progress);
    unpack(set, archive, folder, progress);
  }

  private static void download(
      PublishedData set, Path archive, boolean offline, Progress progress) {
    if (offline) {
      throw failure(set, archive, "it is not there and --offline is set", null);
    }
    try {
      Files.createDirectories(archive.resolveSibling(""));
      Path part = archive.resolveSibling(set.fileName() + ".part");
      new Download(set.archive(), set.name(), set.bytes(), true).to(part, progress);
      Files.move(part, archive);
    } catch (IOException e) {
      throw failure(set, archive, IoReasons.of(e), e);
    }
  }

  private static DataException failure(
      PublishedData set, Path archive, String reason, @Nullable Throwable cause) {
    return new DataException(
        Text.of(
            "%s: cannot be fetched from %s (%s); try again, or put that file (%,d bytes, MD5 %s) at"
                + " %s",
            set.name(), set.archive(), reason, set.bytes(), set.md5(), archive),
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
          try (TarArchiveInputStream tar =
                  new TarArchiveInputStream(
                      new GZIPInputStream(
                          new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES),
                          BUFFER_BYTES));
              Progress.Task task = progress.start("unpacking", 0, "files")) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
              String name = entry.getName().replaceFirst("^\\./", "");
              String own = name.substring(name.lastIndexOf('/') + 1);
              if (entry.isFile() && name.equals(set.folder() + "/" + own) && !own.isEmpty()) {
                Files.copy(tar, out.resolve(own));
                task.advance(1);
              }
            }
          }
        });
  }
}
