package io.residua.data.inspect;

import java.util.List;
import java.util.Locale;

/**
 * Something about a set that its owner should know.
 *
 * @param kind what it is
 * @param files names of the pictures it is about, as in {@link io.residua.data.Sample#name()}; for
 *     duplicates all that show the same
 * @param detail in a few words: the reason, the size, how alike
 */
public record Finding(Kind kind, List<String> files, String detail) {
  /** What can be found. */
  public enum Kind {
    /** A picture that cannot be decoded; the detail is the reason. */
    UNREADABLE,
    /** A file among the pictures that is none. */
    NOT_A_PICTURE,
    /** The same picture under two labels. */
    LABEL_CONFLICT,
    /** The same picture in two parts, for instance train and test: results will be too good. */
    CROSS_SPLIT_DUPLICATE,
    /** Equal pixels within one part. */
    EXACT_DUPLICATE,
    /** The same photograph flipped, turned, cropped, brighter or compressed anew, in one part. */
    NEAR_DUPLICATE,
    /** A notice in place of a picture, for instance "image not found". */
    PLACEHOLDER,
    /** More than one frame; only the first is used. */
    ANIMATED,
    /** Practically one colour. */
    BLANK,
    /** Turned by its EXIF tag; Residua honours it, other programs may not. */
    EXIF_ROTATED;

    /** The key in JSON, for instance {@code cross_split_duplicate}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    files = List.copyOf(files);
  }
}
