package io.residua.data.internal;

import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises file names that say "I am a copy of X". */
final class CopyNames {
  private static final String CHANGE =
      "(?:[hv]|lr|ud|vertical|horizontal)?[_ -]?(?:flip(?:ped)?|mirror(?:ed)?)"
          + "(?:[_ -]?(?:[hvxy]|lr|ud|vertical|horizontal|horizontally|vertically))?"
          + "|salt[_ -]?and[_ -]?pepper|nois[ey]|blur(?:red)?|zoom(?:ed)?|shear(?:ed)?"
          + "|translat(?:ion|ed)|bright(?:ness|ened)?|dark(?:ened)?|contrast|crop(?:ped)?"
          + "|rot(?:at(?:ed?|ion))?|aug(?:ment(?:ed|ation))?";
  private static final Pattern PREFIX =
      Pattern.compile(
          "^(?:(?:rot(?:at(?:ed?|ion))?(?:[_ -]by)?[_ -]?-?\\d+|" + CHANGE + ")_+|copy of )(?=.)");

  /** Ends that name a change and carry no counter of their own. */
  private static final Pattern SUFFIX =
      Pattern.compile(
          "(?<=.)(?:[_ -]+(?:"
              + CHANGE
              + ")|[_-]rot(?:at(?:ed?|ion))?(?:[_ -]by)?[_ -]?-?"
              + "(?:15|30|45|60|75|90|180|270)| - (?:copy|kopie)(?: ?\\(\\d+\\))?|[_ -]copy)$");

  /** Ends that are often mere numbering; they count where the name without them exists. */
  private static final Pattern COUNTER =
      Pattern.compile("(?<=.)(?: ?\\(\\d+\\)|[_ -](?:copy|" + CHANGE + ")[_ -]?-?\\d+)$");

  private CopyNames() {}

  /**
   * @param inFolder whether copies lie in the folder of what they are copies of
   */
  static int[] groups(ImageDataset data, boolean inFolder) {
    List<Sample> samples = data.samples();
    String[] keys = new String[samples.size()];
    Set<String> plain = new HashSet<>();
    for (int i = 0; i < keys.length; i++) {
      Sample sample = samples.get(i);
      String name = sample.name();
      if (!sample.source().isFile()) {
        keys[i] = name; // a record's name is its number and says nothing
        continue;
      }
      int slash = name.lastIndexOf('/');
      String folder = inFolder ? name.substring(0, slash + 1) : "";
      keys[i] = sample.label() + "/" + folder + '\0' + stem(name, slash);
      plain.add(keys[i]);
    }
    Map<String, Integer> numbers = new HashMap<>();
    int[] groups = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      String key = keys[i];
      Matcher counter = COUNTER.matcher(key);
      while (key.indexOf('\0') >= 0 && counter.find()) {
        String base = withoutSuffix(key.substring(0, counter.start()));
        if (!plain.contains(base)) {
          break;
        }
        key = base;
        counter = COUNTER.matcher(key);
      }
      groups[i] = numbers.computeIfAbsent(key, k -> numbers.size());
    }
    return groups;
  }

  /** The name without folders, extension and every prefix and suffix that names a change. */
  private static String stem(String name, int slash) {
    int dot = name.lastIndexOf('.');
    String stem = name.substring(slash + 1, dot > slash + 1 ? dot : name.length());
    stem = Normalizer.normalize(stem, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    Matcher prefix = PREFIX.matcher(stem);
    while (prefix.find()) {
      stem = stem.substring(prefix.end());
      prefix = PREFIX.matcher(stem);
    }
    return withoutSuffix(stem);
  }

  private static String withoutSuffix(String stem) {
    Matcher suffix = SUFFIX.matcher(stem);
    while (suffix.find() && stem.charAt(suffix.start() - 1) != '\0') {
      stem = stem.substring(0, suffix.start());
      suffix = SUFFIX.matcher(stem);
    }
    return stem;
  }
}
