package io.residua.engine.onednn;

import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders whose contents no other user can have put there or change: owned by this user or root,
 * not to be written by others, in folders where others cannot replace them. Symbolic links are
 * followed first, what counts is where they lead. On systems without POSIX permissions (Windows)
 * only existence is checked: a user's folders are the user's own there.
 */
final class PrivateFolder {
  private static final int ROOT = 0;
  private static final int OPEN_TO_OTHERS = 0077;
  private static final int STICKY = 01000;
  private static final FileAttribute<?>[] NOTHING = {};
  private static final FileAttribute<?>[] OWNERS_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
  };

  private PrivateFolder() {}

  /**
   * A private folder in which this process can write, made where it does not exist.
   *
   * @return its real path
   * @throws IOException with the reason, if it is none
   */
  static Path writable(Path folder) throws IOException {
    Path real = existingOrMade(folder);
    Files.delete(fresh(real));
    return real;
  }

  /**
   * A private folder, made where it does not exist.
   *
   * @return its real path
   * @throws IOException with the reason, if it is none
   */
  static Path existingOrMade(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    if (Files.notExists(absolute)) {
      Files.createDirectories(absolute.getParent());
      try {
        Files.createDirectory(absolute, posix(absolute) ? OWNERS_ONLY : NOTHING);
      } catch (FileAlreadyExistsException e) {
        // another process was faster, or a link leads nowhere, which the next line tells
      }
    }
    Path real = absolute.toRealPath();
    require(real);
    return real;
  }

  /**
   * Checks a folder, all that is in it, and those it lies in.
   *
   * @param folder a real path
   * @throws IOException with the reason, if another user can have changed what is in it
   */
  static void require(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is not a folder");
    }
    if (!posix(folder)) {
      return;
    }
    int user = user();
    requireOwn(folder, user);
    requireUnwritable(folder);
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      requireOwn(above, user);
      if ((mode(above) & STICKY) == 0) {
        requireUnwritable(above);
      }
    }
    boolean closed = (mode(folder) & OPEN_TO_OTHERS) == 0;
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            return visitFile(path, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            try {
              requireOwn(path, user);
              if (!closed && !attributes.isSymbolicLink()) {
                requireUnwritable(path);
              }
            } catch (NoSuchFileException e) {
              return FileVisitResult.CONTINUE; // another process of this user was done with it
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
  }

  private static void requireOwn(Path path, int user) throws IOException {
    int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (owner != user && owner != ROOT) {
      throw new IOException(
          Text.of(
              "%s belongs to another user (%s)",
              path, Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName()));
    }
  }

  /** A group named as its user is the user's alone, which many systems let it write. */
  private static void requireUnwritable(Path path) throws IOException {
    PosixFileAttributes posix = Files.readAttributes(path, PosixFileAttributes.class);
    Set<PosixFilePermission> granted = posix.permissions();
    boolean ownGroup = posix.group().getName().equals(posix.owner().getName());
    if (granted.contains(PosixFilePermission.OTHERS_WRITE)
        || (granted.contains(PosixFilePermission.GROUP_WRITE) && !ownGroup)) {
      throw new IOException(
          Text.of(
              "other users may write to %s (%s)", path, PosixFilePermissions.toString(granted)));
    }
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /**
   * A new empty file. Its name need not be hard to guess, which Java's own temporary files' are at
   * the price of starting its cryptography.
   */
  private static Path fresh(Path folder) throws IOException {
    while (true) {
      try {
        return Files.createFile(folder.resolve(".residua-probe-" + System.nanoTime()));
      } catch (FileAlreadyExistsException e) {
        continue; // another process's
      }
    }
  }

  /** The number of the user as whom this process writes files. */
  private static int user() throws IOException {
    Path probe = fresh(Path.of(System.getProperty("java.io.tmpdir")));
    try {
      return (Integer) Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }
}
