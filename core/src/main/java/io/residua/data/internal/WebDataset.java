package io.residua.data.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.internal.IoReasons;
import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sets in the tars of WebDataset, where files that differ after the first dot of their names belong
 * together: {@code 000017.jpg} with its class in {@code 000017.cls}, or in {@code 000017.json}
 * under a key such as {@code label}.
 *
 * @see <a href="https://github.com/webdataset/webdataset">WebDataset</a>
 */
public final class WebDataset {
  /** The largest share of pictures without a label of a set that is still believed. */
  private static final double MOST_BAD = 0.5;

  private static final int MOST_LABEL_BYTES = 1 << 20;
  private static final int LONGEST_LABEL_CHARS = 500;
  private static final int SHOWN_CHARS = 500;
  private static final int LOOKED_AT = 20;

  private final Path root;
  private final DataReading reading;
  private final List<Labelled> pictures = new ArrayList<>();
  private final Map<String, List<String>> bad = new LinkedHashMap<>();

  private record Labelled(PictureSource source, String name, String label, Part part) {}

  /** Why there is no label, in words for a message. */
  private static final class NoLabel extends Exception {
    private static final long serialVersionUID = 1;

    private final String detail;

    NoLabel(String reason) {
      this(reason, "");
    }

    /**
     * @param detail what differs from picture to picture
     */
    NoLabel(String reason, String detail) {
      super(reason, null, false, false);
      this.detail = detail;
    }
  }

  /** Files that belong together. */
  private static final class Group {
    private final List<Archive.Entry> pictures = new ArrayList<>();
    private Archive.@Nullable Entry cls;
    private Archive.@Nullable Entry json;
  }

  private WebDataset(Path root, DataReading reading) {
    this.root = root;
    this.reading = reading;
  }

  /** Whether there are labels beside pictures; a tar of class folders has none. */
  static boolean isIn(Archive archive, DataReading reading) {
    if (!(archive instanceof TarArchive)) {
      return false;
    }
    int looked = 0;
    WebDataset set = new WebDataset(archive.path(), reading);
    for (Group group : groups(archive).values()) {
      if (group.pictures.isEmpty()) {
        continue;
      }
      if (group.cls != null) {
        return true;
      }
      if (group.json != null && looked++ < LOOKED_AT) {
        try {
          set.jsonLabel(archive, group.json);
          return true;
        } catch (NoLabel e) {
          if (reading.labelColumn() != null) {
            return true; // which says what is wrong
          }
        }
      }
    }
    return false;
  }

  /**
   * Opens a set.
   *
   * @param root the folder, the one tar or the pattern that was given
   * @throws DataException with one line, if there are no labels or labels are no names of classes
   */
  static OpenedData open(Path root, List<Shards.Shard> shards, DataReading reading) {
    if (reading.pathColumn() != null) {
      throw ResiduaException.about(
          "path_column", new DataException(root + ": is no list, so it has no column of paths"));
    }
    long inParts = shards.stream().filter(s -> s.part() != Part.ALL).count();
    if (inParts > 0 && inParts < shards.size()) {
      throw new DataException(
          Text.of(
              "%s: some of its tars are parts by their names (%s), some are not (%s)",
              root, first(shards, false), first(shards, true)));
    }
    WebDataset set = new WebDataset(root, reading);
    List<String> warnings = new ArrayList<>();
    for (Shards.Shard shard : shards) {
      warnings.addAll(shard.archive().warnings());
      set.read(shard);
    }
    return set.opened(warnings, !shards.get(0).prefix().isEmpty());
  }

  private static String first(List<Shards.Shard> shards, boolean all) {
    return shards.stream()
        .filter(s -> (s.part() == Part.ALL) == all)
        .findFirst()
        .map(s -> String.valueOf(s.archive().path().getFileName()))
        .orElse("");
  }

  private OpenedData opened(List<String> warnings, boolean several) {
    int wrong = bad.values().stream().mapToInt(List::size).sum();
    bad.forEach(
        (reason, names) ->
            warnings.add(
                Text.of(
                    "%s: %s left out, %s; first: %s",
                    root, Text.count(names.size(), "picture"), reason, names.get(0))));
    if (pictures.isEmpty() || wrong > MOST_BAD * (wrong + pictures.size())) {
      throw new DataException(
          wrong == 0
              ? root + ": has no pictures with labels (KEY.jpg with KEY.cls or KEY.json)"
              : Text.of(
                  "%s: %d of %d pictures have no label: %s; first: %s%s",
                  root,
                  wrong,
                  wrong + pictures.size(),
                  bad.keySet().iterator().next(),
                  bad.values().iterator().next().get(0),
                  several ? "; a tar of class folders is given by itself" : ""));
    }
    List<String> classes =
        pictures.stream().map(Labelled::label).distinct().sorted(order(pictures)).toList();
    ClassNames.checkLabels(root.toString(), classes);
    Map<String, Integer> indices = new HashMap<>();
    classes.forEach(name -> indices.put(name, indices.size()));
    Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
    for (Labelled picture : pictures) {
      samples
          .computeIfAbsent(picture.part(), p -> new ArrayList<>())
          .add(
              new Sample(
                  picture.source(), picture.name(), indices.getOrDefault(picture.label(), 0)));
    }
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    samples.forEach((part, list) -> parts.put(part, new ImageDataset(classes, list)));
    return new OpenedData(root, classes, parts, warnings);
  }

  /** Numbers by their size, where all are numbers. */
  private static Comparator<String> order(List<Labelled> pictures) {
    return pictures.stream().allMatch(p -> p.label().matches("\\d{1,18}"))
        ? Comparator.comparingLong(Long::parseLong)
        : Comparator.naturalOrder();
  }

  private void read(Shards.Shard shard) {
    Archive archive = shard.archive();
    groups(archive)
        .forEach(
            (key, group) -> {
              if (group.pictures.isEmpty()) {
                return;
              }
              Archive.Entry picture = group.pictures.get(0);
              String name = shard.prefix() + picture.name();
              try {
                if (group.pictures.size() > 1) {
                  throw new NoLabel("one of several of their key");
                }
                Path path = ArchiveTree.path(archive.path(), picture.name());
                if (path == null) {
                  throw new NoLabel("whose name leads out of the archive or is no path here");
                }
                pictures.add(
                    new Labelled(
                        new ArchivedPicture(archive, path, picture),
                        name,
                        label(archive, group),
                        shard.part()));
              } catch (NoLabel e) {
                bad.computeIfAbsent(String.valueOf(e.getMessage()), r -> new ArrayList<>())
                    .add("'" + Printable.shortened(name, SHOWN_CHARS) + "'" + e.detail);
              }
            });
  }

  private static Map<String, Group> groups(Archive archive) {
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Archive.Entry entry : archive.entries()) {
      String name = entry.name();
      int base = name.lastIndexOf('/') + 1;
      int dot = name.indexOf('.', base);
      if (dot <= base || isHidden(name)) {
        continue;
      }
      Group group = groups.computeIfAbsent(name.substring(0, dot), k -> new Group());
      String kind = name.substring(dot + 1).toLowerCase(Locale.ROOT);
      if (kind.equals("cls")) {
        group.cls = entry;
      } else if (kind.equals("json")) {
        group.json = entry;
      } else if (PictureFiles.isNamedAsPicture(name)) {
        group.pictures.add(entry);
      }
    }
    return groups;
  }

  private static boolean isHidden(String name) {
    return Stream.of(name.split("/"))
        .anyMatch(n -> !n.matches("\\.{1,2}") && PictureFiles.isHidden(n));
  }

  private String label(Archive archive, Group group) throws NoLabel {
    if (group.cls != null && reading.labelColumn() == null) {
      return checked(text(archive, group.cls).strip());
    }
    if (group.json == null) {
      throw new NoLabel("without a " + (reading.labelColumn() == null ? ".cls or " : "") + ".json");
    }
    return jsonLabel(archive, group.json);
  }

  private String jsonLabel(Archive archive, Archive.Entry entry) throws NoLabel {
    JsonNode object = ImageFolder.object(text(archive, entry));
    if (object == null) {
      throw new NoLabel("with a .json that holds no object");
    }
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    ListFormat.Names names = ListFormat.Names.of(reading);
    int at = ListFormat.find(keys, names.label(), Set.of());
    if (at < 0) {
      String wanted = names.label().get(0);
      throw new NoLabel(
          Text.of("without a key '%s' in the .json", wanted),
          Text.of(
              ", whose keys are %s%s",
              Printable.shortened(String.join(", ", keys), SHOWN_CHARS),
              names.labelGiven()
                  ? Nearest.meant(wanted, keys)
                  : "; another name may be given for the labels' column"));
    }
    return checked(ImageFolder.text(object.get(keys.get(at))));
  }

  private static String checked(String label) throws NoLabel {
    if (label.isEmpty() || label.length() > LONGEST_LABEL_CHARS) {
      throw new NoLabel("with a label that is no number and no name");
    }
    return label;
  }

  private static String text(Archive archive, Archive.Entry entry) throws NoLabel {
    if (entry.sizeBytes() > MOST_LABEL_BYTES) {
      throw new NoLabel("with more than a megabyte in place of a label");
    }
    try (InputStream in = archive.open(entry)) {
      byte[] bytes = in.readAllBytes();
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IOException e) {
      throw new NoLabel("whose label cannot be read", ": " + IoReasons.of(e));
    }
  }
}
