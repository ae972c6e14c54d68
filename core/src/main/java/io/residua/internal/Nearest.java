package io.residua.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what the user probably meant by a mistyped name. */
public final class Nearest {
  /** Of a difference in length that is looked into; whoever types more has not mistyped a name. */
  private static final int LONGEST = 64;

  private Nearest() {}

  /**
   * The candidate with the fewest typing errors (insertion, deletion, substitution, transposition
   * of neighbours) from the word, or one it abbreviates; empty if none is near.
   */
  public static Optional<String> to(String word, Collection<String> candidates) {
    String typed = word.toLowerCase(Locale.ROOT);
    int bareLength = typed.replaceFirst("^-+", "").length();
    int limit = Math.max(1, bareLength / 3);
    record Scored(String name, int errors) {}
    return candidates.stream()
        .map(name -> new Scored(name, errors(typed, name.toLowerCase(Locale.ROOT), bareLength)))
        .filter(scored -> scored.errors <= limit)
        .min(Comparator.comparingInt(Scored::errors).thenComparing(Scored::name))
        .map(Scored::name);
  }

  /** The end of a message that says what was probably meant; empty if nothing is near. */
  public static String meant(String word, Collection<String> candidates) {
    return to(word, candidates).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  private static int errors(String typed, String name, int bareLength) {
    boolean abbreviates = bareLength >= 2 && name.startsWith(typed);
    if (abbreviates) {
      return 1;
    }
    int atLeast = Math.abs(typed.length() - name.length());
    return atLeast > LONGEST ? atLeast : distance(typed, name);
  }

  /** Damerau-Levenshtein distance in its restricted form (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int substitution = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(substitution, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
