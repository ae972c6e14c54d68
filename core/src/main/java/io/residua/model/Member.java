package io.residua.model;

import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.image.Preprocessing;
import io.residua.image.TestTimeAugmentation;
import java.util.List;

/** A classifier's network with its own way to prepare pictures and to decide. */
record Member(
    ModelFile model, BatchRunner runner, Decision decision, TestTimeAugmentation augmentation) {
  static Member of(
      ModelFile model, Compute compute, TestTimeAugmentation augmentation, List<String> classes) {
    BatchRunner runner =
        new BatchRunner(
            model.spec().network(),
            model.weights(),
            model.spec().picture(),
            compute,
            model.calibration().orElse(null));
    Decision decision =
        model
            .classic()
            .<Decision>map(c -> new Decision.OfFeatures(c, classes))
            .orElseGet(() -> new Decision.OfLogits(classes));
    return new Member(model, runner, decision, augmentation);
  }

  Preprocessing preprocessing() {
    return model.spec().preprocessing();
  }
}
