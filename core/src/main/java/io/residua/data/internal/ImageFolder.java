package io.residua.data.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.internal.IoReasons;
import io.residua.internal.ReadableFiles;
import io.residua.internal.StrictJson;
import io.residua.internal.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Folders of pictures whose labels stand in a {@code metadata.csv} or {@code metadata.jsonl} beside
 * them, as Hugging Face's {@code imagefolder} has them: one in the set's folder, or one in the
 * folder of each part, with the columns {@code file_name} and {@code label}.
 *
 * @see <a href="https://huggingface.co/docs/datasets/image_dataset">imagefolder</a>
 */
public final class ImageFolder {
  private static final List<String> FILES = List.of("metadata.csv", "metadata.jsonl");
  private static final int DEEPEST = 8;
  private static final int MAX_LINE_CHARS = 1 << 20;

  private final Path root;
  private final String path;
  private final String label;
  private final List<ListedPictures> lists = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private ImageFolder(Path root, DataReading reading) {
    this.root = root;
    this.path = Objects.requireNonNullElse(reading.pathColumn(), "file_name");
    this.label = Objects.requireNonNullElse(reading.labelColumn(), "label");
  }

  /** The set, or null if the folder has no such list with labels. */
  static @Nullable OpenedData open(Path root, DataReading reading) {
    Path folder = root;
    for (int depth = 0; depth < DEEPEST; depth++) {
      ImageFolder read = new ImageFolder(root, reading);
      OpenedData data = read.in(folder);
      List<Found> entries = PictureFiles.entries(folder);
      if (data != null || entries.size() != 1 || !Files.isDirectory(entries.get(0).path())) {
        return data;
      }
      folder = entries.get(0).path();
    }
    return null;
  }

  /**
   * Refuses such a list in an archive, whose folders would be taken for classes in its place.
   *
   * @throws DataException with one line, if there is one that has labels
   */
  static void refuseIn(Found archive) {
    ImageFolder usual = new ImageFolder(archive.path(), DataReading.USUAL);
    PictureFiles.under(archive).others().stream()
        .filter(file -> isList(file.path()) && usual.hasLabels(file))
        .findFirst()
        .ifPresent(
            file -> {
              throw new DataException(
                  Text.of(
                      "%s: lists of pictures are read from folders only; unpack the archive and give"
                          + " the folder",
                      file.path()));
            });
  }

  /** Whether a file is a list that is read with the pictures beside it. */
  public static boolean isList(Path file) {
    return FILES.contains(PictureFiles.fileName(file));
  }

  private @Nullable OpenedData in(Path folder) {
    Path whole = list(folder);
    if (whole != null) {
      add(whole, ImageFolder::partOf);
      return opened();
    }
    Set<Part> parts = new HashSet<>();
    for (Found inside : PictureFiles.entries(folder)) {
      FolderName name = FolderName.of(inside.name());
      Part part = name.isPart() ? name.part() : null;
      if (part == null || !Files.isDirectory(inside.path())) {
        continue;
      }
      Path list = list(inside.path());
      if (list == null) {
        notes.add(
            Text.of(
                "%s: has no %s with the columns %s and %s; left out",
                inside.path(), String.join(" or ", FILES), path, label));
      } else if (parts.add(part)) {
        add(list, path -> part);
      } else {
        throw new DataException(
            Text.of("%s: '%s' is a second %s part; keep one", folder, inside.name(), part.label()));
      }
    }
    return parts.isEmpty() ? null : opened();
  }

  private OpenedData opened() {
    OpenedData data = ListedPictures.opened(root, lists, notes);
    Set<Path> listed = new HashSet<>();
    data.all().samples().forEach(s -> listed.add(s.path()));
    List<Found> others =
        PictureFiles.under(root.toAbsolutePath().normalize()).pictures().stream()
            .filter(p -> !listed.contains(p.path()))
            .toList();
    if (others.isEmpty()) {
      return data;
    }
    List<String> warnings = new ArrayList<>(data.warnings());
    warnings.add(
        Text.of(
            "%s: %s without a label in the metadata left out (first: %s)",
            root, Text.count(others.size(), "picture"), others.get(0).name()));
    return new OpenedData(root, data.classes(), data.parts(), warnings);
  }

  private void add(Path list, Function<String, Part> part) {
    ListedPictures pictures = new ListedPictures(list, root);
    if (list.toString().endsWith(".csv")) {
      CsvData.read(list, new ListFormat.Names(List.of(path), List.of(label), true), part, pictures);
    } else {
      readLines(list, part, pictures);
    }
    lists.add(pictures);
    notes.add(Text.of("%s: labels are taken from it", list));
  }

  /** A path that begins with a part's folder is in that part. */
  private static Part partOf(String path) {
    String[] names = path.replace('\\', '/').split("/");
    FolderName first = FolderName.of(names[0]);
    return names.length > 1 && first.isPart() && first.part() != null ? first.part() : Part.ALL;
  }

  private @Nullable Path list(Path folder) {
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file) && hasLabels(new Found(file, name))) {
        return file;
      }
    }
    return null;
  }

  /**
   * Whether the first line has a path and a label, by the names that imagefolder has for them. A
   * file of the same name may be anything.
   */
  private boolean hasLabels(Found found) {
    Path file = found.path();
    try (BufferedReader in = ListFormat.reader(found.tree().open(file))) {
      if (file.toString().endsWith(".csv")) {
        List<String> header = Csv.withSpaces(in, ListFormat.separator(in)).next();
        return header != null && header.contains(path) && header.contains(label);
      }
      JsonNode first = object(line(in));
      return first != null && first.has(path) && first.has(label);
    } catch (DataException | CharacterCodingException e) {
      return false;
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }

  private void readLines(Path file, Function<String, Part> part, ListedPictures pictures) {
    try (BufferedReader in = ListFormat.reader(ReadableFiles.open(file))) {
      int number = 0;
      for (String line = line(in); line != null; line = line(in)) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        String where = "line " + number;
        JsonNode object = object(line);
        if (object == null) {
          pictures.addBad("not a JSON object", where);
        } else {
          String picture = text(object.get(path));
          pictures.add(picture, text(object.get(label)), part.apply(picture), where);
        }
      }
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }

  static @Nullable JsonNode object(@Nullable String line) {
    if (line == null) {
      return null;
    }
    try {
      JsonNode value = StrictJson.parse(line);
      return value.isObject() ? value : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** A string's or a whole number's text; empty for anything else. */
  static String text(@Nullable JsonNode value) {
    return value != null && (value.isTextual() || value.isIntegralNumber())
        ? value.asText().strip()
        : "";
  }

  private static @Nullable String line(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == MAX_LINE_CHARS) {
        throw new DataException("has a line of more than a million characters");
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
