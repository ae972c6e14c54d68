package io.residua.model.internal;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.engine.internal.BatchRunner;
import io.residua.image.Preprocessing;
import io.residua.image.TestTimeAugmentation;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.RunFolder;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Coverage;
import io.residua.weights.internal.WeightsException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A classifier's network with its own way to prepare pictures and to decide.
 *
 * @param file where its model lies; null if it was not read from a file
 */
public record Member(
    ModelFile model,
    BatchRunner runner,
    Decision decision,
    TestTimeAugmentation augmentation,
    @Nullable Path file) {

  /**
   * What a member is made of.
   *
   * @param name what messages call the model; null for no name
   */
  public record Source(ModelFile model, @Nullable String name, @Nullable Path file) {
    public Source(ModelFile model) {
      this(model, null, null);
    }

    public static Source open(String nameOrFile, WeightSource weights, Progress progress) {
      String meant = WeightSource.meant(nameOrFile);
      Path file;
      try {
        file = weights.locate(meant, progress);
      } catch (WeightsException e) {
        throw new ModelException(String.valueOf(e.getMessage()), e);
      }
      return new Source(ModelFile.open(meant, file, weights, progress), meant, file);
    }

    public Member member(Classifier.Options options) {
      Compute compute = options.compute();
      requireAble(compute.precision());
      ModelSpec own = model.spec();
      Preprocessing preprocessing = options.preprocessing().apply(own.preprocessing());
      ModelFile prepared = model.with(preprocessing);
      if (!preprocessing.equals(own.preprocessing())) {
        Coverage.of(prepared.spec().network(), model.weights()).requireExact("the model");
      }
      BatchRunner runner =
          new BatchRunner(
              prepared.spec().network(),
              model.weights(),
              prepared.spec().picture(),
              compute,
              model.calibration().orElse(null));
      List<String> classes = own.classes();
      Decision decision =
          model
              .classic()
              .<Decision>map(c -> new Decision.OfFeatures(c, classes))
              .orElseGet(() -> new Decision.OfLogits(classes));
      return new Member(prepared, runner, decision, options.augmentation(), file);
    }

    private void requireAble(Precision precision) {
      String what = name == null ? "this model" : name;
      if (precision == Precision.INT8 && model.classic().isPresent()) {
        throw new ModelException(
            what + ": a classic classifier takes features in fp32 or bf16, not int8");
      }
      if (precision == Precision.INT8 && model.calibration().isEmpty()) {
        throw new ModelException(
            Text.of(
                "%s has no calibration, which int8 needs: make one with 'residua calibrate %s DATA"
                    + " --out FILE', where DATA is a folder of typical pictures",
                what, name == null ? "MODEL" : name));
      }
    }
  }

  public Preprocessing preprocessing() {
    return model.spec().preprocessing();
  }

  public OptionalInt countTrainedOn(ImageDataset data, Progress progress) {
    return file == null
        ? OptionalInt.empty()
        : RunFolder.around(file).countTrainedOn(new Provenance(model.provenance()), data, progress);
  }
}
