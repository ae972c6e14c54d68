package io.residua.data.internal;

/**
 * How to divide a set whose layout does not do it.
 *
 * @param validation how much of train becomes validation where the layout gives no validation part
 * @param test how much becomes test where the layout gives no test part; may be none
 * @param seed decides which pictures
 * @param grouping which pictures stay together on one side
 */
public record SplitPlan(SplitSize validation, SplitSize test, long seed, Grouping grouping) {

  /** 20 % validation, no test split of its own, copies named as such kept together. */
  public static SplitPlan defaults(long seed) {
    return new SplitPlan(SplitSize.fraction(0.2), SplitSize.none(), seed, Grouping.copiesByName());
  }

  public SplitPlan withValidation(SplitSize size) {
    return new SplitPlan(size, test, seed, grouping);
  }

  public SplitPlan withTest(SplitSize size) {
    return new SplitPlan(validation, size, seed, grouping);
  }

  public SplitPlan withGrouping(Grouping other) {
    return new SplitPlan(validation, test, seed, other);
  }
}
