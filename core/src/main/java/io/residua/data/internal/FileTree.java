package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.PictureSource;
import io.residua.internal.IoReasons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** Where folders and files are: on disk or, as if they were there, in an archive. */
interface FileTree {
  /** What lies on disk. */
  FileTree DISK = new Disk();

  /**
   * Gives the path and the name of all in a folder, in no particular order.
   *
   * @throws DataException naming the folder, if it can't be listed
   */
  void list(Path folder, BiConsumer<Path, String> entries);

  boolean isFolder(Path path);

  boolean isFile(Path path);

  /** Whether it only leads to what is elsewhere. */
  boolean isLink(Path path);

  /**
   * What two ways to one folder have in common.
   *
   * @throws DataException naming the folder, if it can't be read
   */
  Path identity(Path folder);

  /** Opens a file from its beginning. */
  InputStream open(Path file) throws IOException;

  /** The picture that a file is. */
  PictureSource picture(Path file);

  /** What lies on disk. */
  final class Disk implements FileTree {
    private Disk() {}

    @Override
    public void list(Path folder, BiConsumer<Path, String> entries) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        for (Path entry : stream) {
          entries.accept(entry, PictureFiles.fileName(entry));
        }
      } catch (DirectoryIteratorException e) {
        throw new DataException(folder + ": cannot be listed: " + e.getMessage(), e);
      } catch (IOException e) {
        throw new DataException(folder + ": cannot be listed: " + IoReasons.of(e), e);
      }
    }

    @Override
    public boolean isFolder(Path path) {
      return Files.isDirectory(path);
    }

    @Override
    public boolean isFile(Path path) {
      return Files.isRegularFile(path);
    }

    @Override
    public boolean isLink(Path path) {
      return !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && Files.isDirectory(path);
    }

    @Override
    public Path identity(Path folder) {
      try {
        return folder.toRealPath();
      } catch (IOException e) {
        throw new DataException(folder + ": cannot be read: " + IoReasons.of(e), e);
      }
    }

    @Override
    public InputStream open(Path file) throws IOException {
      return Files.newInputStream(file);
    }

    @Override
    public PictureSource picture(Path file) {
      return new PictureSource.PictureFile(file);
    }
  }
}
