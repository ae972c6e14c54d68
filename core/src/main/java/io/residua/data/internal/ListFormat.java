package io.residua.data.internal;

import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How a list of pictures is written: in which bytes, with which separator, and under which names
 * its columns stand. Lists come from spreadsheets, databases and data sets, each in its own way.
 */
final class ListFormat {
  /** In the order in which they are preferred where a header has several. */
  static final List<String> PATH_NAMES =
      List.of(
          "path",
          "file_path",
          "filepath",
          "image_path",
          "img_path",
          "file_name",
          "filename",
          "file",
          "image_file",
          "image_name",
          "image",
          "img",
          "image_id",
          "img_id",
          "id");

  private static final List<String> LABEL_NAMES =
      List.of(
          "label",
          "labels",
          "class",
          "class_name",
          "category",
          "target",
          "class_id",
          "category_id",
          "label_id",
          "target_id");

  private static final List<String> SPLIT_NAMES = List.of("split", "part", "subset", "fold");

  /** As it stands, then without what does not count. */
  private static final List<UnaryOperator<String>> FORMS =
      List.of(UnaryOperator.identity(), ListFormat::plain);

  private static final List<Character> SEPARATORS = List.of('\t', ';', '|', ',');
  private static final int HEADER_CHARS = 1 << 14;
  private static final int SHOWN_CHARS = 500;

  private ListFormat() {}

  /** UTF-8, or UTF-16 where the file begins with that mark; the mark is passed over. */
  static BufferedReader reader(InputStream in) throws IOException {
    PushbackInputStream start = new PushbackInputStream(in, 3);
    byte[] mark = start.readNBytes(3);
    int a = mark.length > 0 ? mark[0] & 0xff : -1;
    int b = mark.length > 1 ? mark[1] & 0xff : -1;
    int c = mark.length > 2 ? mark[2] & 0xff : -1;
    Charset charset = StandardCharsets.UTF_8;
    int used = 0;
    if (a == 0xef && b == 0xbb && c == 0xbf) {
      used = 3;
    } else if (a == 0xff && b == 0xfe) {
      charset = StandardCharsets.UTF_16LE;
      used = 2;
    } else if (a == 0xfe && b == 0xff) {
      charset = StandardCharsets.UTF_16BE;
      used = 2;
    }
    start.unread(mark, used, mark.length - used);
    return new BufferedReader(new InputStreamReader(start, charset.newDecoder()), HEADER_CHARS);
  }

  /**
   * The separator that the header has most of; where that is none, a comma.
   *
   * @param in at its beginning, where it is again afterwards
   */
  static char separator(Reader in) throws IOException {
    in.mark(HEADER_CHARS);
    char[] start = new char[HEADER_CHARS];
    int read = Math.max(0, in.read(start, 0, HEADER_CHARS));
    in.reset();
    String header =
        new String(start, 0, read).lines().filter(l -> !l.isBlank()).findFirst().orElse("");
    char best = ',';
    long most = 0;
    boolean quoted = false;
    long[] counts = new long[SEPARATORS.size()];
    for (int i = 0; i < header.length(); i++) {
      quoted ^= header.charAt(i) == '"';
      int at = quoted ? -1 : SEPARATORS.indexOf(header.charAt(i));
      if (at >= 0) {
        counts[at]++;
      }
    }
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > most) {
        most = counts[i];
        best = SEPARATORS.get(i);
      }
    }
    return best;
  }

  /**
   * Where a list's columns are.
   *
   * @param split -1 where there is none
   */
  record Columns(int path, int label, int split) {
    /**
     * Finds the columns.
     *
     * @throws DataException if there is no column of such a name
     */
    static Columns of(List<String> header, Names wanted) {
      // A name that was given goes first: the other column is never taken to be that one too.
      int label = wanted.labelGiven() ? required(header, "label", wanted.label(), Set.of()) : -1;
      int path = required(header, "path", wanted.path(), Set.of(label));
      label = label < 0 ? required(header, "label", wanted.label(), Set.of(path)) : label;
      return new Columns(path, label, find(header, SPLIT_NAMES, Set.of(path, label)));
    }

    private static int required(
        List<String> header, String what, List<String> names, Set<Integer> taken) {
      int at = find(header, names, taken);
      if (at >= 0) {
        return at;
      }
      String columns = Printable.shortened(String.join(", ", header), SHOWN_CHARS);
      if (names.size() == 1 && find(header, names, Set.of()) >= 0) {
        throw new DataException(
            Text.of("column '%s' is asked for as path and as label (%s)", names.get(0), columns));
      }
      throw names.size() == 1
          ? new DataException(
              Text.of(
                  "has no column '%s' (its columns: %s)%s",
                  names.get(0), columns, Nearest.meant(names.get(0), header)))
          : ResiduaException.about(
              what + "_column",
              new DataException(
                  Text.of(
                      "has no column '%s' (its columns: %s; expected path,label[,split], or one of"
                          + " %s, unless another is named)",
                      what, columns, String.join(", ", names))));
    }
  }

  /**
   * Under which names a list's columns may stand.
   *
   * @param path of the one with the paths, the preferred first
   * @param label of the one with the labels, the preferred first
   * @param labelGiven whether the latter was asked for by name
   */
  record Names(List<String> path, List<String> label, boolean labelGiven) {
    /** The names that are asked for, or the usual ones of lists. */
    static Names of(DataReading reading) {
      return of(reading, PATH_NAMES, LABEL_NAMES);
    }

    /** The names that are asked for, or else the given ones. */
    static Names of(DataReading reading, List<String> path, List<String> label) {
      String pathColumn = reading.pathColumn();
      String labelColumn = reading.labelColumn();
      return new Names(
          pathColumn == null ? path : List.of(pathColumn),
          labelColumn == null ? label : List.of(labelColumn),
          labelColumn != null);
    }
  }

  /**
   * Where the first of some names stands in a header, or -1.
   *
   * @param taken columns that are something else
   */
  static int find(List<String> header, List<String> names, Set<Integer> taken) {
    for (String name : names) {
      for (UnaryOperator<String> form : FORMS) {
        for (int i = 0; i < header.size(); i++) {
          if (!taken.contains(i) && form.apply(header.get(i)).equals(form.apply(name))) {
            return i;
          }
        }
      }
    }
    return -1;
  }

  /** {@code Class ID}, {@code class-id} and {@code ClassId} are one name. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
  }
}
