package io.residua.testkit;

import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.train.Recipe;
import io.residua.train.Trainer;

/** Trainings from scratch that take a second or two. */
public final class Tiny {
  /** Small networks gain nothing from a second thread. */
  public static final Compute ONE_THREAD = new Compute(Compute.auto().device(), Precision.FP32, 1);

  private Tiny() {}

  public static Trainer trainer() {
    return Trainer.create().on(ONE_THREAD);
  }

  /** Tells {@link Stripes} apart. */
  public static Recipe recipe() {
    return recipe("resnet20-cifar-b", 2, 8).with("lr", "0.01").with("val_split", "0.25");
  }

  public static Recipe recipe(String network, int epochs, int batchSize) {
    return Recipe.defaults()
        .with("weights", "none")
        .with("model", network)
        .with("epochs", Integer.toString(epochs))
        .with("batch_size", Integer.toString(batchSize));
  }
}
