package io.residua.data.internal;

import static java.util.Objects.requireNonNull;

import io.residua.data.DataException;
import io.residua.data.PictureSource;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The folders of an archive, as if it were unpacked to a folder with its own name. */
final class ArchiveTree implements FileTree {
  /** Names can be made so that folders take much more memory than their archive does. */
  private static final int MOST_FOLDERS = 200_000;

  private static final int DEEPEST = 64;
  private static final int LONGEST_CHARS = 1024;
  private static final int SHOWN_CHARS = 80;

  private final Archive archive;
  private final Map<Path, Map<String, Path>> folders = new HashMap<>();
  private final Map<Path, Archive.Entry> files = new HashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private List<String> lastNames = List.of();
  private Path lastFolder;

  ArchiveTree(Archive archive) {
    this.archive = archive;
    this.lastFolder = archive.path();
    folders.put(archive.path(), new LinkedHashMap<>());
    archive.entries().forEach(this::add);
    List<Path> both = files.keySet().stream().filter(folders::containsKey).toList();
    both.forEach(
        path -> {
          files.remove(path);
          leftOut.add(path.toString());
        });
  }

  /** What all of it lies in. */
  Found root() {
    return new Found(this, archive.path(), "");
  }

  /** What was left out, a line each. */
  List<String> warnings() {
    List<String> lines = new ArrayList<>(archive.warnings());
    if (!leftOut.isEmpty()) {
      lines.add(
          Text.of(
              "%s: %s left out, whose %s out of the archive or %s no path (first: %s)",
              archive.path(),
              Text.count(leftOut.size(), "file"),
              leftOut.size() == 1 ? "name leads" : "names lead",
              leftOut.size() == 1 ? "is" : "are",
              Printable.shortened(leftOut.get(0), SHOWN_CHARS)));
    }
    return lines;
  }

  private void add(Archive.Entry entry) {
    List<String> names = names(entry.name());
    if (names.stream().anyMatch(PictureFiles::isHidden)) {
      return;
    }
    List<String> folderNames = names.isEmpty() ? names : names.subList(0, names.size() - 1);
    Path folder = names.isEmpty() ? null : folder(folderNames);
    String own = names.isEmpty() ? "" : names.get(names.size() - 1);
    Path path = folder == null ? null : inside(folder, own);
    if (folder == null || path == null) {
      leftOut.add(entry.name());
      return;
    }
    requireNonNull(folders.get(folder)).put(own, path);
    files.put(path, entry);
  }

  /** The folder of those names from the root on, made with those around it; null for no path. */
  private @Nullable Path folder(List<String> names) {
    if (names.equals(lastNames)) {
      return lastFolder; // files of one folder mostly follow each other
    }
    Path folder = archive.path();
    for (String name : names) {
      Path inside = inside(folder, name);
      if (inside == null) {
        return null;
      }
      if (folders.putIfAbsent(inside, new LinkedHashMap<>()) == null) {
        requireNonNull(folders.get(folder)).put(name, inside);
        if (folders.size() > MOST_FOLDERS) {
          throw new DataException(
              Text.of("%s: has more than %,d folders", archive.path(), MOST_FOLDERS));
        }
      }
      folder = inside;
    }
    lastNames = List.copyOf(names);
    lastFolder = folder;
    return folder;
  }

  /** Where a file of an archive lies, as if it were unpacked; null where it has no such place. */
  static @Nullable Path path(Path archive, String name) {
    List<String> names = names(name);
    Path path = names.isEmpty() ? null : archive;
    for (String own : names) {
      path = path == null ? null : inside(path, own);
    }
    return path;
  }

  /** The folders in a name and the file; empty if it leads elsewhere or no disk would have it. */
  private static List<String> names(String name) {
    // Some programs for Windows write its separators, which the formats do not have.
    String[] names = (name.indexOf('/') < 0 ? name.replace('\\', '/') : name).split("/");
    List<String> plain = new ArrayList<>();
    for (String part : names) {
      if (!part.equals(".") && !part.isEmpty()) {
        plain.add(part);
      }
    }
    boolean bad =
        name.startsWith("/")
            || plain.contains("..")
            || name.chars().anyMatch(Character::isISOControl)
            || plain.size() > DEEPEST
            || name.length() > LONGEST_CHARS;
    return bad ? List.of() : plain;
  }

  private static @Nullable Path inside(Path folder, String name) {
    try {
      Path path = folder.resolve(name);
      boolean below = path.startsWith(folder) && path.getNameCount() == folder.getNameCount() + 1;
      return below ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  @Override
  public void list(Path folder, BiConsumer<Path, String> entries) {
    folders.getOrDefault(folder, Map.of()).forEach((name, path) -> entries.accept(path, name));
  }

  @Override
  public boolean isFolder(Path path) {
    return folders.containsKey(path);
  }

  @Override
  public boolean isFile(Path path) {
    return files.containsKey(path);
  }

  @Override
  public boolean isLink(Path path) {
    return false;
  }

  @Override
  public Path identity(Path folder) {
    return folder;
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return archive.open(entry(file));
  }

  private Archive.Entry entry(Path file) throws IOException {
    Archive.Entry entry = files.get(file);
    if (entry == null) {
      throw new FileNotFoundException("it is not in the archive");
    }
    return entry;
  }

  @Override
  public PictureSource picture(Path file) {
    try {
      return new ArchivedPicture(archive, file, entry(file));
    } catch (IOException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
  }
}
