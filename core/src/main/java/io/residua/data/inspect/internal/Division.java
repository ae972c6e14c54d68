package io.residua.data.inspect.internal;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.Grouping;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.SplitSize;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * A set divided so that pictures that show the same, or are named as copies, lie in one part.
 *
 * @param splits the parts
 * @param leftOut names of pictures that can't be read, with the reason
 * @param together how many pictures have a copy, which lies in their part
 */
public record Division(DataSplits splits, SortedMap<String, String> leftOut, int together) {

  /**
   * Divides a set, stratified by class. Parts that it has stay as they are, and what is missing is
   * taken from train.
   *
   * @param anew whether all pictures are divided, whatever parts the set has
   * @throws io.residua.data.DataException with one line, if a class can't be divided so
   */
  public static Division of(
      OpenedData data,
      TrainingCheck check,
      SplitSize validation,
      SplitSize test,
      long seed,
      boolean anew,
      Progress progress) {
    OpenedData whole = anew ? data.pooled() : data;
    boolean dividing =
        !whole.parts().keySet().containsAll(Arrays.asList(Part.VALIDATION, Part.TEST));
    TrainingCheck.Checked checked = check.of(whole, dividing, progress);
    Grouping grouping =
        anew ? checked.grouping().and(Grouping.copiesByNameInAnyFolder()) : checked.grouping();
    DataSplits splits =
        checked
            .data()
            .split(
                SplitPlan.defaults(seed)
                    .withGrouping(grouping)
                    .withValidation(validation)
                    .withTest(test));
    return new Division(splits, checked.leftOut(), together(grouping, checked.data().all()));
  }

  private static int together(Grouping grouping, ImageDataset all) {
    Map<Integer, Integer> sizes = new HashMap<>();
    Arrays.stream(grouping.groups(all)).forEach(group -> sizes.merge(group, 1, Integer::sum));
    return sizes.values().stream().filter(size -> size > 1).mapToInt(size -> size).sum();
  }

  /** What {@code split.csv} holds. Reads every picture's bytes once. */
  public Manifest manifest(Progress progress) {
    return Manifest.of(splits, progress);
  }
}
