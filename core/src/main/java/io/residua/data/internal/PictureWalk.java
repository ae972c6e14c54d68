package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.internal.PictureFiles.Found;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pictures under a folder, sorted by their names relative to it. They are counted first; then
 * one folder's names at a time are held, with those of the folders around it.
 */
final class PictureWalk implements Iterable<Path> {
  private final Folder root;
  private int pictures;
  private int others;
  private @Nullable String firstOther;

  private record Folder(Path path, Map<String, Folder> inside) {}

  /**
   * Finds the folders and counts.
   *
   * @throws DataException if a folder cannot be listed
   */
  PictureWalk(Path folder) {
    root = new Folder(folder, new TreeMap<>());
    Map<String, Folder> byName = new HashMap<>();
    byName.put("", root);
    PictureFiles.walk(
        new Found(folder, ""),
        new PictureFiles.Visitor() {
          @Override
          public void folder(Found found) {
            if (!found.name().isEmpty()) {
              String name = found.name();
              int parent = name.lastIndexOf('/', name.length() - 2) + 1;
              Folder made = new Folder(found.path(), new TreeMap<>());
              Folder around = byName.get(name.substring(0, parent));
              if (around != null) {
                around.inside().put(name.substring(parent), made);
              }
              byName.put(name, made);
            }
          }

          @Override
          public void picture(Found picture) {
            pictures++;
          }

          @Override
          public void other(Found file) {
            others++;
            if (firstOther == null || file.name().compareTo(firstOther) < 0) {
              firstOther = file.name();
            }
          }
        });
  }

  /** How many pictures there are. */
  int pictures() {
    return pictures;
  }

  /** How many files there are that are none. */
  int others() {
    return others;
  }

  /** The first of those by name, relative to the folder; null if there are none. */
  @Nullable String firstOther() {
    return firstOther;
  }

  @Override
  public Iterator<Path> iterator() {
    return new Walk(root);
  }

  /** What is left to visit, the innermost folder on top. */
  private static final class Walk implements Iterator<Path> {
    private final Deque<Names> open = new ArrayDeque<>();
    private @Nullable Path next;

    Walk(Folder root) {
      open.push(new Names(root));
      advance();
    }

    private void advance() {
      next = null;
      while (next == null && !open.isEmpty()) {
        Names innermost = open.element();
        String name = innermost.next();
        if (name == null) {
          open.remove();
          continue;
        }
        Folder inside = innermost.folder.inside().get(name);
        if (inside != null) {
          open.push(new Names(inside));
        } else {
          Path path = innermost.path(name);
          next = PictureFiles.isPicture(new Found(path, name)) ? path : null;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Path next() {
      Path found = next;
      if (found == null) {
        throw new NoSuchElementException();
      }
      advance();
      return found;
    }
  }

  /** The names of a folder's files and, with a slash, of the folders in it, sorted. */
  private static final class Names {
    private final Folder folder;
    private final String[] names;

    /** Names whose bytes are no text: their paths cannot be made from the names again. */
    private final Map<String, Deque<Path>> illegible = new HashMap<>();

    private int at;

    Names(Folder folder) {
      this.folder = folder;
      List<String> found = new ArrayList<>(folder.inside().keySet());
      PictureFiles.list(
          new Found(folder.path(), ""),
          entry -> {
            if (folder.inside().containsKey(entry.name() + "/")) {
              return;
            }
            found.add(entry.name());
            if (!folder.path().resolve(entry.name()).equals(entry.path())) {
              illegible.computeIfAbsent(entry.name(), n -> new ArrayDeque<>()).add(entry.path());
            }
          });
      names = found.toArray(String[]::new);
      Arrays.sort(names, Comparator.naturalOrder());
    }

    @Nullable String next() {
      return at < names.length ? names[at++] : null;
    }

    Path path(String name) {
      Deque<Path> paths = illegible.get(name);
      return paths == null || paths.isEmpty() ? folder.path().resolve(name) : paths.remove();
    }
  }
}
