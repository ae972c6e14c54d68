package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.Feed;
import io.residua.internal.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * Unlabelled pictures, to be predicted, in the order given; a folder stands for the pictures under
 * it, sorted by name. Folders are read again when their pictures are wanted, so that a list of
 * millions takes no more memory than the names in one folder do.
 */
public final class PictureList {
  private final List<Iterable<Path>> parts;
  private final int size;
  private final List<String> warnings;

  private PictureList(List<Iterable<Path>> parts, int size, List<String> warnings) {
    this.parts = parts;
    this.size = size;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Lists files and folders. A file named by the user is kept whatever it is, even when it is
   * missing, so that whoever reads it can say what is wrong with it.
   *
   * @throws DataException if a folder cannot be listed or there is not one picture in all
   */
  public static PictureList of(List<Path> inputs) {
    List<Iterable<Path>> parts = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    int size = 0;
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        PictureWalk walk = new PictureWalk(input);
        warning(input, walk).forEach(warnings::add);
        parts.add(walk);
        size = Math.addExact(size, walk.pictures());
      } else {
        parts.add(List.of(input));
        size++;
      }
    }
    if (size == 0) {
      throw new DataException(
          inputs.isEmpty()
              ? "no pictures given"
              : inputs.get(0) + ": no pictures in " + (inputs.size() > 1 ? "any folder" : "it"));
    }
    return new PictureList(parts, size, warnings);
  }

  /** Whether a file is a picture by its name or, where that says nothing, by its content. */
  public static boolean isPicture(Path file) {
    return Files.isRegularFile(file)
        && PictureFiles.isPicture(new PictureFiles.Found(file, PictureFiles.fileName(file)));
  }

  /** What is to be said of a folder. */
  static Stream<String> warning(Path folder, PictureWalk walk) {
    if (walk.pictures() == 0) {
      return Stream.of(folder + ": no pictures in this folder");
    }
    return walk.others() == 0
        ? Stream.empty()
        : Stream.of(
            folder
                + ": "
                + Text.count(walk.others(), "file")
                + " left out, not a picture by name or content (first: "
                + walk.firstOther()
                + ")");
  }

  /** How many pictures there are. */
  public int size() {
    return size;
  }

  /** One line for each folder with files that are not pictures. */
  public List<String> warnings() {
    return warnings;
  }

  /** All of them at once. */
  public List<Path> pictures() {
    List<Path> all = new ArrayList<>(size);
    parts.forEach(part -> part.forEach(all::add));
    return List.copyOf(all);
  }

  /** One after the other. */
  public Feed<Path> feed() {
    return Feed.of(new Chain(parts.iterator()), size);
  }

  /** A stream's {@code flatMap} would hold all pictures of a folder. */
  private static final class Chain implements Iterator<Path> {
    private final Iterator<Iterable<Path>> parts;
    private Iterator<Path> part = Collections.emptyIterator();

    Chain(Iterator<Iterable<Path>> parts) {
      this.parts = parts;
    }

    @Override
    public boolean hasNext() {
      while (!part.hasNext() && parts.hasNext()) {
        part = parts.next().iterator();
      }
      return part.hasNext();
    }

    @Override
    public Path next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return part.next();
    }
  }
}
