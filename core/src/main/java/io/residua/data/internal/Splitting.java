package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import java.util.Optional;

/** Completes the division a layout gives by the one a plan asks for. */
public final class Splitting {
  private Splitting() {}

  public static DataSplits split(OpenedData data, SplitPlan plan) {
    data.requireTrainable();
    Part pool = data.parts().containsKey(Part.ALL) ? Part.ALL : Part.TRAIN;
    ImageDataset train = data.parts().get(pool);
    if (train == null) {
      throw new DataException(data.root() + ": has no train part");
    }
    String poolName = pool == Part.ALL ? "all pictures" : "train";
    String trainOrigin = pool == Part.ALL ? "all pictures" : "the set's own train part";
    Optional<TestSet> test = Optional.empty();
    ImageDataset givenTest = data.parts().get(Part.TEST);
    if (givenTest != null) {
      test = Optional.of(new TestSet(givenTest, TestSet.OWN));
    } else if (!(plan.test() instanceof SplitSize.None)) {
      boolean[] flags = holdOut(data, train, plan, plan.test());
      test = Optional.of(new TestSet(train.where(flags, true), taken(poolName, plan, plan.test())));
      train = train.where(flags, false);
      trainOrigin = poolName + " without test";
    }
    ImageDataset givenValidation = data.parts().get(Part.VALIDATION);
    if (givenValidation != null) {
      return new DataSplits(
          new TrainingData(train, trainOrigin, givenValidation, "the set's own validation part"),
          test);
    }
    if (plan.validation() instanceof SplitSize.None) {
      throw new DataException(
          data.root() + ": has no validation part and the plan takes none from train");
    }
    boolean[] flags = holdOut(data, train, plan, plan.validation());
    return new DataSplits(
        new TrainingData(
            train.where(flags, false),
            trainOrigin
                + (test.isPresent() && givenTest == null ? " and" : " without")
                + " validation",
            train.where(flags, true),
            taken(poolName, plan, plan.validation())),
        test);
  }

  private static boolean[] holdOut(
      OpenedData data, ImageDataset from, SplitPlan plan, SplitSize size) {
    try {
      return StratifiedSplit.holdOut(from, plan.grouping().groups(from), size, plan.seed());
    } catch (DataException e) {
      throw new DataException(data.root() + ": " + e.getMessage(), e);
    }
  }

  private static String taken(String from, SplitPlan plan, SplitSize size) {
    return "taken from " + from + " (" + size.text() + ", seed " + plan.seed() + ")";
  }
}
