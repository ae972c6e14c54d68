package io.residua.data.internal;

import io.residua.data.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a folder says, in whatever case and with whatever separators: {@code Train},
 * {@code training_set}, {@code test1}, {@code seg_train}, {@code fold_3}, {@code seg_pred}.
 *
 * @param part the part it names, or null
 * @param rest the words beside the one that names the part, such as {@code seg}; empty for none
 * @param fold whether it is a fold of a cross-validation
 * @param unlabelled whether it says that its pictures have no labels
 */
record FolderName(@Nullable Part part, String rest, boolean fold, boolean unlabelled) {
  private static final Set<String> FILLERS =
      Set.of(
          "set",
          "data",
          "dataset",
          "image",
          "images",
          "img",
          "imgs",
          "picture",
          "pictures",
          "photo",
          "photos",
          "folder",
          "dir",
          "split");
  private static final List<String> ENDINGS = List.of("dataset", "images", "imgs", "data", "set");
  private static final Set<String> UNLABELLED =
      Set.of(
          "pred",
          "predict",
          "prediction",
          "predictions",
          "unlabelled",
          "unlabeled",
          "unlabel",
          "inference",
          "submission");
  private static final Set<String> FOLDS = Set.of("fold", "folds", "cv", "kfold");

  static FolderName of(String folder) {
    List<String> others = new ArrayList<>();
    Part part = null;
    int parts = 0;
    boolean unlabelled = false;
    boolean fold = false;
    for (String word : folder.toLowerCase(Locale.ROOT).split("[^\\p{L}]+", -1)) {
      Part named = part(word);
      if (named != null) {
        part = named;
        parts++;
      } else if (FOLDS.contains(word)) {
        fold = true;
      } else if (UNLABELLED.contains(word)) {
        unlabelled = true;
      } else if (!word.isEmpty() && !FILLERS.contains(word)) {
        others.add(word);
      }
    }
    boolean numbered = folder.chars().anyMatch(Character::isDigit);
    return new FolderName(
        parts == 1 && !unlabelled ? part : null,
        String.join(" ", others),
        fold && numbered && others.isEmpty(),
        unlabelled);
  }

  /** Whether it names a part and nothing else. */
  boolean isPart() {
    return part != null && rest.isEmpty();
  }

  /** Whether it cannot be the name of a class. */
  boolean isNoClass() {
    return isPart() || unlabelled;
  }

  private static @Nullable Part part(String word) {
    String stem = word;
    for (String ending : ENDINGS) {
      if (word.endsWith(ending) && word.length() > ending.length()) {
        stem = word.substring(0, word.length() - ending.length());
        break;
      }
    }
    return stem.equals("dev") ? Part.VALIDATION : Part.named(stem);
  }
}
