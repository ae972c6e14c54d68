package io.residua.features.internal;

import io.residua.classic.ClassicRecipe;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.Svc;
import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.eval.internal.PartMetrics;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.features.ClassicRun;
import io.residua.features.Features;
import io.residua.internal.Text;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import io.residua.run.internal.RunMetrics;
import java.util.Arrays;

/** What a run of a classic classifier came to. */
public final class ClassicMetrics {
  private ClassicMetrics() {}

  public static RunMetrics of(ClassicRun run, ClassicPipeline pipeline, DividedFeatures parts) {
    return new RunMetrics(
        Text.of("%d folds of the train part", run.recipe().get(ClassicRecipe.FOLDS)),
        null,
        null,
        null,
        run.recipe().get("scaler"),
        pipeline.model().features(),
        pipeline.model() instanceof Svc svc ? Arrays.stream(svc.supportPerClass()).sum() : null,
        PartMetrics.of(run.train(), parts.origin(Part.TRAIN)),
        run.validation().map(e -> PartMetrics.of(e, parts.origin(Part.VALIDATION))).orElse(null),
        run.test().map(e -> PartMetrics.of(e, parts.origin(Part.TEST))).orElse(null),
        run.testWithTrainingScaler()
            .map(e -> PartMetrics.of(e, parts.origin(Part.TEST)))
            .orElse(null),
        run.validation().flatMap(e -> TemperatureEffect.of(e, run.test())).orElse(null),
        null,
        null,
        null,
        run.grid().metrics(),
        null,
        null);
  }

  /** Where the model comes from. */
  public static Provenance provenance(
      ClassicRecipe recipe, Features features, Manifest manifest, String command) {
    return new Provenance(features.provenance())
        .from(features.network().weights(), features.network().licence())
        .with(Fact.WEIGHTS_SHA256, features.network().weightsSha256())
        .with(Fact.DATA_MANIFEST_SHA256, manifest.hash())
        .with(Fact.SEED, recipe.get(ClassicRecipe.SEED))
        .with(Fact.RECIPE, recipe.toYaml())
        .signed(command);
  }
}
