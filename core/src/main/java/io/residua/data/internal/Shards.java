package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.Part;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.internal.Text;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the tars that a set is divided into. */
final class Shards {
  private static final int MOST = 100_000;
  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

  private Shards() {}

  /**
   * A tar of a set.
   *
   * @param prefix what the names of its pictures begin with in the set: {@code train-0000.tar/}
   * @param part that its name says, else {@link Part#ALL}
   */
  record Shard(Archive archive, String prefix, Part part) {}

  /**
   * The tars in a folder that has nothing else to read, or in folders of it that are parts.
   *
   * @return none if the folder is no such set
   */
  static List<Shard> in(Path folder) {
    Found root = new Found(folder, "");
    List<Found> tars = tars(root);
    List<Found> folders = FolderLayout.folders(root);
    if (!folders.isEmpty()) {
      for (Found inside : folders) {
        List<Found> more = FolderName.of(inside.name()).isPart() ? tars(inside) : List.of();
        if (more.isEmpty() || !tars(root).isEmpty() || !FolderLayout.folders(inside).isEmpty()) {
          return List.of();
        }
        tars.addAll(more);
      }
    }
    return tars.stream().map(tar -> shard(tar.path(), tar.name())).toList();
  }

  private static List<Found> tars(Found folder) {
    return new ArrayList<>(
        FolderLayout.entries(folder).stream()
            .filter(e -> e.name().toLowerCase(Locale.ROOT).endsWith(".tar") && e.isFile())
            .toList());
  }

  /**
   * The tars that a pattern names, as shells have them: {@code shard-{000000..000003}.tar}, {@code
   * {train,val}.tar}.
   *
   * @return none if it is no pattern
   * @throws DataException with one line, if one of them is not there
   */
  static List<Shard> named(Path pattern) {
    if (!BRACES.matcher(pattern.toString()).find()) {
      return List.of();
    }
    Path root = pattern.toAbsolutePath();
    while (root.getParent() != null && BRACES.matcher(root.toString()).find()) {
      root = root.getParent();
    }
    List<Shard> shards = new ArrayList<>();
    for (String name : expanded(pattern)) {
      try {
        Path file = Path.of(name);
        String relative = root.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
        shards.add(shard(file, relative));
      } catch (InvalidPathException e) {
        throw new DataException(pattern + ": is no such file, and no pattern of files", e);
      }
    }
    return shards;
  }

  private static Shard shard(Path file, String name) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": no such file");
    }
    Archive archive = Archive.open(file);
    if (archive == null) {
      throw new DataException(file + ": is no tar");
    }
    String[] names = name.replaceFirst("\\.[^./]*$", "").split("/");
    Part part = null;
    for (int i = names.length - 1; i >= 0 && part == null; i--) {
      part = FolderName.of(names[i]).part();
    }
    return new Shard(archive, name + "/", part == null ? Part.ALL : part);
  }

  private static List<String> expanded(Path pattern) {
    List<String> all = List.of(pattern.toString());
    while (BRACES.matcher(all.get(0)).find()) {
      List<String> next = new ArrayList<>();
      for (String one : all) {
        Matcher braces = BRACES.matcher(one);
        if (braces.find()) {
          for (String word : words(pattern, braces.group(1))) {
            next.add(one.substring(0, braces.start()) + word + one.substring(braces.end()));
          }
        }
        if (next.size() > MOST) {
          throw new DataException(Text.of("%s: names more than %,d files", pattern, MOST));
        }
      }
      all = next;
    }
    return all;
  }

  private static List<String> words(Path pattern, String inside) {
    Matcher range = RANGE.matcher(inside);
    if (!range.matches()) {
      return List.of(inside.split(",", -1));
    }
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2));
    if (to < from || to - from >= MOST) {
      throw new DataException(
          Text.of("%s: '%s' must go up, by less than %,d", pattern, inside, MOST));
    }
    int digits = range.group(1).startsWith("0") ? range.group(1).length() : 1;
    List<String> words = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      String number = Integer.toString(i);
      words.add("0".repeat(Math.max(0, digits - number.length())) + number);
    }
    return words;
  }
}
