package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.PictureSource;
import io.residua.image.ImageDecoder;
import io.residua.internal.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Finds the pictures under a folder. */
public final class PictureFiles {
  private static final Set<String> EXTENSIONS =
      Set.of(
          "jpg",
          "jpeg",
          "jpe",
          "jfif",
          "png",
          "gif",
          "bmp",
          "webp",
          "tif",
          "tiff",
          "ppm",
          "pgm",
          "pbm",
          "pnm",
          "pam",
          // Refused by name when they are read, not passed over.
          "heic",
          "heif",
          "avif",
          "jxl");

  /** Lists, and cameras' raw files, which are TIFF with a thumbnail first. */
  private static final Set<String> NEVER =
      Set.of(
          "csv", "txt", "tsv", "cr2", "nef", "nrw", "dng", "arw", "sr2", "orf", "rw2", "pef", "srw",
          "3fr", "iiq");

  private static final Set<String> SYSTEM_NAMES =
      Set.of("thumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin");

  private PictureFiles() {}

  /**
   * A file or a folder with its name relative to the folder that was searched, forward slashes.
   *
   * @param tree where it is
   * @param path in that tree, and for messages
   */
  public record Found(FileTree tree, Path path, String name) {
    /** One on disk. */
    public Found(Path path, String name) {
      this(FileTree.DISK, path, name);
    }

    /** The same with another name. */
    Found named(String other) {
      return new Found(tree, path, other);
    }

    boolean isFolder() {
      return tree.isFolder(path);
    }

    boolean isFile() {
      return tree.isFile(path);
    }

    /** The picture that it is. */
    PictureSource picture() {
      return tree.picture(path);
    }
  }

  /** What lies under a folder; both lists are sorted by name. */
  public record Listing(List<Found> pictures, List<Found> others) {}

  /** Takes what a walk finds. */
  interface Visitor {
    /**
     * A folder that is read, before what is in it; its name ends with a slash, the first's is "".
     */
    void folder(Found folder);

    void picture(Found picture);

    void other(Found file);
  }

  /** All files under a folder at any depth, as {@link #walk} finds them. */
  public static Listing under(Path folder) {
    return under(new Found(folder, ""));
  }

  /** All files under a folder at any depth, their names from there on. */
  public static Listing under(Found folder) {
    List<Found> pictures = new ArrayList<>();
    List<Found> others = new ArrayList<>();
    walk(
        folder,
        new Visitor() {
          @Override
          public void folder(Found found) {}

          @Override
          public void picture(Found picture) {
            pictures.add(picture);
          }

          @Override
          public void other(Found file) {
            others.add(file);
          }
        });
    sortDistinct(folder.path(), pictures);
    others.sort(Comparator.comparing(Found::name));
    return new Listing(pictures, others);
  }

  /**
   * Visits all files under a folder at any depth, in no particular order. Hidden and system files
   * are passed over. Symbolic links are followed, but a folder is read once only, however many
   * links lead to it.
   */
  static void walk(Found folder, Visitor visitor) {
    Set<Path> read = new HashSet<>();
    Deque<Found> waiting = new ArrayDeque<>();
    waiting.add(folder.named(""));
    while (!waiting.isEmpty()) {
      Found next = waiting.remove();
      if (!read.add(next.tree().identity(next.path()))) {
        continue;
      }
      visitor.folder(next);
      // Real folders come before links to folders, so that a picture keeps its plainest name.
      List<Found> links = new ArrayList<>();
      List<Found> folders = new ArrayList<>();
      list(
          next,
          entry -> {
            Found found = entry.named(next.name() + entry.name());
            if (entry.isFolder()) {
              boolean link = entry.tree().isLink(entry.path());
              (link ? links : folders).add(found.named(found.name() + "/"));
            } else if (isPicture(found)) {
              visitor.picture(found);
            } else {
              visitor.other(found);
            }
          });
      folders.sort(Comparator.comparing(Found::name));
      links.sort(Comparator.comparing(Found::name));
      folders.forEach(waiting::addFirst);
      waiting.addAll(links);
    }
  }

  /** The entries of one folder sorted by name, without hidden and system files. */
  public static List<Found> entries(Path folder) {
    return entries(new Found(folder, ""));
  }

  /**
   * The entries of one folder sorted by name, without hidden and system files; as each is called.
   */
  public static List<Found> entries(Found folder) {
    List<Found> entries = new ArrayList<>();
    list(folder, entries::add);
    sortDistinct(folder.path(), entries);
    return entries;
  }

  /** Sorts by name; a name in bytes that are no UTF-8 may look like another's. */
  private static void sortDistinct(Path folder, List<Found> found) {
    found.sort(Comparator.comparing(Found::name));
    for (int i = 1; i < found.size(); i++) {
      if (found.get(i).name().equals(found.get(i - 1).name())) {
        throw new DataException(
            Text.of(
                "%s: two files are called '%s', one of them in bytes that are no UTF-8; rename one",
                folder, found.get(i).name()));
      }
    }
  }

  /** The entries of one folder in no particular order, without hidden and system files. */
  static void list(Found folder, Consumer<Found> entries) {
    folder
        .tree()
        .list(
            folder.path(),
            (path, name) -> {
              if (!isHidden(name)) {
                entries.accept(new Found(folder.tree(), path, name));
              }
            });
  }

  /** Whether files and folders of that name are passed over. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || SYSTEM_NAMES.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a file is a picture by its extension or, where that says nothing, by its content. */
  static boolean isPicture(Found file) {
    String extension = extension(file.name());
    return EXTENSIONS.contains(extension) || (!NEVER.contains(extension) && hasPictureHeader(file));
  }

  /** Whether a name ends as those of pictures do. */
  static boolean isNamedAsPicture(String name) {
    return EXTENSIONS.contains(extension(name));
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static boolean hasPictureHeader(Found file) {
    if (!file.isFile()) {
      return false;
    }
    try (InputStream in = file.tree().open(file.path())) {
      return ImageDecoder.isPicture(in.readNBytes(ImageDecoder.recognisableBytes()));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The file's own name, its bytes read as UTF-8 even where the locale cannot say so. Bytes that
   * are no UTF-8 are written {@code \\xE9}, so that names that differ in them differ.
   */
  static String fileName(Path path) {
    Path last = path.getFileName();
    String name = last == null ? path.toString() : last.toString();
    if (name.indexOf('\ufffd') < 0) {
      return name;
    }
    String uri = path.toUri().getRawPath();
    uri = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    return utf8(percentDecoded(uri.substring(uri.lastIndexOf('/') + 1)));
  }

  private static byte[] percentDecoded(String uri) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < uri.length(); i++) {
      boolean escaped = uri.charAt(i) == '%';
      bytes.write(escaped ? Integer.parseInt(uri.substring(i + 1, i + 3), 16) : uri.charAt(i));
      i += escaped ? 2 : 0;
    }
    return bytes.toByteArray();
  }

  private static String utf8(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      text.append(out.flip());
      out.clear();
      if (result.isUnderflow()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append(Text.of("\\x%02X", in.get() & 0xFF));
      }
    }
  }
}
