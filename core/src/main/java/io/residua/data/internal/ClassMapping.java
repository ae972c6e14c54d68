package io.residua.data.internal;

import io.residua.data.DataException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds a data set's classes among a model's. */
public final class ClassMapping {
  private static final int AMBIGUOUS = -2;

  private ClassMapping() {}

  /**
   * The model's class index for each class of a data set. A class is found by the model's id (an
   * ImageNet wnid such as {@code n01440764}) or by its name; letter case, underscores for spaces
   * and Unicode forms make no difference, and each of several comma-separated names will do ({@code
   * tench} for {@code tench, Tinca tinca}).
   *
   * @param datasetClasses the data set's class names
   * @param modelClassIds the model's class ids, empty if it has none
   * @param modelClassNames the model's class names, as many as there are ids
   * @return for each data set class the index of the model's class
   * @throws DataException naming the classes that cannot be matched, fit several classes, or that
   *     mean the same class of the model
   */
  public static int[] match(
      List<String> datasetClasses, List<String> modelClassIds, List<String> modelClassNames) {
    if (!modelClassIds.isEmpty() && modelClassIds.size() != modelClassNames.size()) {
      throw new IllegalArgumentException(
          modelClassIds.size() + " class ids for " + modelClassNames.size() + " class names");
    }
    Map<String, Integer> ids = new HashMap<>();
    Map<String, Integer> names = new HashMap<>();
    Map<String, Integer> synonyms = new HashMap<>();
    for (int i = 0; i < modelClassNames.size(); i++) {
      if (!modelClassIds.isEmpty()) {
        put(ids, modelClassIds.get(i), i);
      }
      put(names, modelClassNames.get(i), i);
      for (String synonym : modelClassNames.get(i).split(",", -1)) {
        put(synonyms, synonym, i);
      }
    }
    int[] mapping = new int[datasetClasses.size()];
    List<String> unmatched = new ArrayList<>();
    List<String> ambiguous = new ArrayList<>();
    for (int i = 0; i < mapping.length; i++) {
      String key = fold(datasetClasses.get(i));
      Integer found = null;
      for (Map<String, Integer> index : List.of(ids, names, synonyms)) {
        found = index.get(key);
        if (found != null && found != AMBIGUOUS) {
          break;
        }
      }
      if (found == null) {
        unmatched.add(datasetClasses.get(i));
      } else if (found == AMBIGUOUS) {
        ambiguous.add(datasetClasses.get(i));
      } else {
        mapping[i] = found;
      }
    }
    if (!unmatched.isEmpty()) {
      throw new DataException(
          unmatched.size()
              + " of the data set's "
              + datasetClasses.size()
              + " classes not among the model's "
              + modelClassNames.size()
              + ": "
              + ClassFolders.list(unmatched)
              + "; the model knows "
              + ClassFolders.list(modelClassNames));
    }
    if (!ambiguous.isEmpty()) {
      throw new DataException(
          "more than one class of the model is called "
              + ClassFolders.list(ambiguous)
              + "; name the folder by the class id");
    }
    checkDistinct(datasetClasses, mapping, modelClassNames);
    return mapping;
  }

  private static void checkDistinct(List<String> classes, int[] mapping, List<String> modelNames) {
    int[] usedBy = new int[modelNames.size()];
    Arrays.fill(usedBy, -1);
    for (int i = 0; i < mapping.length; i++) {
      int other = usedBy[mapping[i]];
      if (other >= 0) {
        throw new DataException(
            "classes '"
                + classes.get(other)
                + "' and '"
                + classes.get(i)
                + "' of the data set are the same class of the model ('"
                + modelNames.get(mapping[i])
                + "')");
      }
      usedBy[mapping[i]] = i;
    }
  }

  private static void put(Map<String, Integer> index, String name, int i) {
    index.merge(fold(name), i, (a, b) -> a.equals(b) ? a : Integer.valueOf(AMBIGUOUS));
  }

  private static String fold(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC)
        .toLowerCase(Locale.ROOT)
        .replace('_', ' ')
        .strip();
  }
}
