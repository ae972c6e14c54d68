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
    UNREADABLE("unreadable pictures"),
    /** A file among the pictures that is none. */
    NOT_A_PICTURE("files that are no pictures"),
    /** The same picture under two labels. */
    LABEL_CONFLICT("the same picture under two labels"),
    /** The same picture in two parts, for instance train and test: results will be too good. */
    CROSS_SPLIT_DUPLICATE("the same picture in two parts"),
    /** Equal pixels within one part. */
    EXACT_DUPLICATE("equal pictures"),
    /** The same photograph flipped, turned, cropped, brighter or compressed anew, in one part. */
    NEAR_DUPLICATE("near-duplicates"),
    /** The pictures that look most alike, to a network, have another label; the likeliest first. */
    LABEL_DOUBT("labels that similar pictures contradict"),
    /** A notice in place of a picture, for instance "image not found". */
    PLACEHOLDER("placeholders"),
    /** More than one frame; only the first is used. */
    ANIMATED("animated pictures"),
    /** Practically one colour. */
    BLANK("blank pictures"),
    /** Turned by its EXIF tag; Residua honours it, other programs may not. */
    EXIF_ROTATED("pictures turned by EXIF");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** For people, in the plural. */
    public String title() {
      return title;
    }

    /** The key in JSON, for instance {@code cross_split_duplicate}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    files = List.copyOf(files);
  }
}
