package io.residua.features;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.classic.ClassicRecipe;
import io.residua.classic.internal.ClassicException;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.Execution;
import io.residua.classic.internal.GridSearch;
import io.residua.classic.internal.Matrix;
import io.residua.classic.internal.StandardScaler;
import io.residua.data.DataReading;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.internal.NewFolder;
import io.residua.eval.Evaluation;
import io.residua.eval.internal.UnlikelyAnswers;
import io.residua.features.FeatureExtractor.Request;
import io.residua.features.internal.ClassicMetrics;
import io.residua.features.internal.DividedFeatures;
import io.residua.features.internal.Measuring;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.AtomicFiles;
import io.residua.internal.DiskReservation;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.model.internal.FeatureNetwork;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.run.internal.RunOptions;
import io.residua.weights.internal.Coverage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Fits a support vector machine, logistic regression or nearest neighbours to frozen features. The
 * scaler is fitted to the training part; stratified folds of that part choose among the recipe's
 * combinations, which share the scaler as they do where scikit-learn's {@code GridSearchCV} is
 * given scaled features; validation and test part choose nothing.
 *
 * <pre>{@code
 * ClassicRun run =
 *     ClassicTrainer.using(FeatureExtractor.create())
 *         .fit(Path.of("pictures"), ClassicRecipe.defaults(), Path.of("run"));
 * System.out.print(run.grid().toText());
 * try (Classifier classifier = Classifier.load(run.model())) {
 *   System.out.println(classifier.predict(Path.of("new.jpg")).label());
 * }
 * }</pre>
 */
public final class ClassicTrainer {
  /** More than a model's file has besides its values. */
  private static final long SMALL_BYTES = 2L << 20;

  private static final String TUTORIAL =
      "each part is scaled by itself, as the tutorial did: the test part's numbers use its own mean"
          + " and deviation, which a single new picture does not have; the model that is written"
          + " scales as the training part was";

  private final FeatureExtractor extractor;
  private final Progress progress;
  private final Execution execution;
  private final RunOptions options;

  private ClassicTrainer(FeatureExtractor extractor, RunOptions options) {
    this.extractor = extractor;
    this.options = options;
    this.progress = extractor.progress();
    this.execution = Execution.plainJava(extractor.compute().threads());
  }

  /** A trainer that gets its features and its progress from the given extractor. */
  public static ClassicTrainer using(FeatureExtractor extractor) {
    requireNonNull(extractor, "extractor");
    return new ClassicTrainer(extractor, RunOptions.USUAL);
  }

  /** This trainer, but dividing the data as a {@code split.csv} of an earlier run says. */
  public ClassicTrainer withSplit(Path file) {
    requireNonNull(file, "file");
    return new ClassicTrainer(extractor, options.withSplit(file));
  }

  /** This trainer, but noting in what it writes the command that it was started with. */
  public ClassicTrainer startedBy(String typed) {
    requireNonNull(typed, "typed");
    return new ClassicTrainer(extractor, options.startedBy(typed));
  }

  /** This trainer, but reading data as given. */
  public ClassicTrainer reading(DataReading other) {
    requireNonNull(other, "other");
    return new ClassicTrainer(extractor, options.reading(other));
  }

  /**
   * Fits and writes a run's folder: {@code model.safetensors}, {@code metrics.json}, {@code
   * recipe.yaml}, {@code split.csv}. The folder appears when all of it is written.
   *
   * @param data labelled pictures, or a file of features; the weights of the latter must still be
   *     where they were, for they become part of the model
   * @param wanted what to fit; each {@code auto} is resolved
   * @param out the run's folder, which must not exist or be empty
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws UsageException with one line, if the recipe does not fit the network
   */
  public ClassicRun fit(Path data, ClassicRecipe wanted, Path out) {
    requireNonNull(data, "data");
    requireNonNull(wanted, "wanted");
    requireNonNull(out, "out");
    long start = System.nanoTime();
    new RunFolder(out).requireNew();
    Optional<Manifest> listed = Optional.ofNullable(options.split()).map(Manifest::read);
    Features features = features(data, wanted);
    ModelFile backbone = backbone(data, features, wanted);
    ClassicRecipe recipe = resolved(wanted, features);
    DividedFeatures parts = divided(features, data, recipe, listed);
    progress.line(
        Text.of(
            "data: %s; %,d train (%s)%s%s",
            Text.count(features.classes().size(), "class"),
            parts.size(Part.TRAIN),
            parts.origin(Part.TRAIN),
            sizes(parts, Part.VALIDATION),
            sizes(parts, Part.TEST)));
    return NewFolder.make(
        out,
        unfinished -> {
          RunFolder folder = new RunFolder(unfinished);
          try (DiskReservation room = room(folder, backbone, features, parts.size(Part.TRAIN));
              DiskReservation small = DiskReservation.of(folder.metrics(), SMALL_BYTES)) {
            parts.manifest().write(folder.split());
            Fitted fitted = search(data, recipe, features.classes(), parts);
            ClassicRun run = measured(out, recipe, fitted, features.classes(), parts);
            Provenance provenance =
                ClassicMetrics.provenance(recipe, features, parts.manifest(), options.command());
            RunMetrics metrics =
                ClassicMetrics.of(run, fitted.pipeline(), parts)
                    .endedAfter(System.nanoTime() - start, provenance);
            small.close();
            metrics.write(folder.metrics());
            AtomicFiles.write(folder.recipe(), recipe.toYaml());
            model(metrics, provenance, features, fitted.pipeline(), backbone).write(room);
            return run;
          }
        });
  }

  /**
   * Takes the room that the model may need, so that a full disk is told before anything is fitted.
   */
  private static DiskReservation room(
      RunFolder folder, ModelFile backbone, Features features, long trainPictures) {
    long network =
        backbone.weights().asMap().values().stream().mapToLong(t -> t.data().remaining()).sum();
    // No classifier keeps more than all features, and a coefficient for each picture and class.
    long classifier = trainPictures * (features.width() + features.classes().size());
    return DiskReservation.of(folder.model(), SMALL_BYTES + (network + classifier) * Float.BYTES);
  }

  private ClassicRun measured(
      Path out, ClassicRecipe recipe, Fitted fitted, List<String> classes, DividedFeatures parts) {
    boolean perSplit = recipe.scalesPerSplit();
    Measuring measuring = new Measuring(fitted.pipeline(), classes, parts, execution);
    if (perSplit) {
      Warnings.tell(progress, TUTORIAL);
    }
    Optional<Evaluation> validation = measuring.ifThere(Part.VALIDATION, perSplit);
    Optional<Evaluation> test = measuring.ifThere(Part.TEST, perSplit);
    Part looked = validation.isPresent() ? Part.VALIDATION : Part.TEST;
    validation
        .or(() -> test)
        .flatMap(evaluation -> UnlikelyAnswers.of(evaluation.predictions()))
        .ifPresent(
            found ->
                Warnings.tell(progress, found.text(Text.of("on the %s part", looked.label()))));
    return new ClassicRun(
        out,
        recipe,
        fitted.grid(),
        measuring.of(Part.TRAIN, perSplit),
        validation,
        test,
        perSplit ? measuring.ifThere(Part.TEST, false) : Optional.empty());
  }

  private DividedFeatures divided(
      Features features, Path data, ClassicRecipe recipe, Optional<Manifest> listed) {
    return listed
        .map(
            manifest ->
                new DividedFeatures(
                    features,
                    data,
                    manifest,
                    "as listed in " + Objects.requireNonNull(options.split()).getFileName()))
        .orElseGet(
            () ->
                new DividedFeatures(
                    features,
                    data,
                    recipe.get(ClassicRecipe.VAL_SPLIT),
                    recipe.get(ClassicRecipe.SEED)));
  }

  private record Fitted(ClassicPipeline pipeline, GridSearch grid) {}

  private Fitted search(
      Path data, ClassicRecipe recipe, List<String> classes, DividedFeatures parts) {
    Matrix train = parts.matrix(Part.TRAIN);
    StandardScaler scaler = StandardScaler.fit(train);
    try {
      GridSearch grid =
          GridSearch.run(
              recipe.candidates(classes),
              ClassicPipeline.scaled(scaler, train),
              parts.labels(Part.TRAIN),
              recipe.get(ClassicRecipe.FOLDS),
              execution,
              progress);
      return new Fitted(new ClassicPipeline(scaler, grid.model()), grid);
    } catch (ClassicException e) {
      throw new ModelException(data + ": " + e.getMessage(), e);
    }
  }

  private static String sizes(DividedFeatures parts, Part part) {
    return parts.has(part)
        ? Text.of(", %,d %s (%s)", parts.size(part), part.label(), parts.origin(part))
        : "";
  }

  private FeatureExtractor extractor(ClassicRecipe wanted) {
    return wanted.isAuto("prefix") ? extractor : extractor.withPrefix(wanted.get("prefix"));
  }

  private Features features(Path data, ClassicRecipe wanted) {
    if (!Features.isFile(data)) {
      OpenedData opened = OpenedData.open(data, options.reading());
      wanted.candidates(opened.classes()); // a class that is not there is told before features
      opened.requireTrainable();
      opened.warnings().forEach(warning -> Warnings.tell(progress, warning));
      return extractor(wanted)
          .extract(
              opened,
              new Request(
                  wanted.orElse("weights", "imagenet"),
                  wanted.orElse("layer", "avgpool"),
                  wanted.get(ClassicRecipe.IMAGE_SIZE),
                  wanted.isAuto("resize")
                      ? Optional.empty()
                      : Optional.of(Resize.of(wanted.get("resize")))));
    }
    if (!options.reading().equals(DataReading.USUAL)) {
      throw new ModelException(
          data
              + ": is a file of features, which has its labels; columns and names of classes are for"
              + " pictures");
    }
    Features features = Features.read(data);
    resolved(wanted, features)
        .differenceFrom(wanted, List.of("layer", "image_size", "resize"))
        .ifPresent(
            d -> {
              throw new ModelException(
                  Text.of(
                      "%s: its features have %s %s, the recipe says %s",
                      data, d.setting(), d.own(), d.other()));
            });
    return features;
  }

  /** The recipe with what the features are in place of what was asked for. */
  private ClassicRecipe resolved(ClassicRecipe wanted, Features features) {
    FeatureNetwork network = features.network();
    return wanted
        .with("weights", wanted.orElse("weights", network.weights()))
        .with("layer", network.layer().name())
        .with("image_size", Integer.toString(network.preprocessing().sizePx()))
        .with("resize", network.preprocessing().resize().label())
        .with("precision", extractor.compute().precision().text());
  }

  /** The model that computed the features, whose weights go into the new one. */
  private ModelFile backbone(Path data, Features features, ClassicRecipe wanted) {
    FeatureNetwork network = features.network();
    String name = wanted.orElse("weights", network.weights());
    ModelFile model = extractor(wanted).model(name);
    FeatureNetwork again =
        FeatureNetwork.of(model, name, network.layer().name(), network.preprocessing());
    if (!again.weightsSha256().equals(network.weightsSha256())) {
      throw ResiduaException.about(
          "weights",
          new ModelException(
              Text.of(
                  "%s: its features were not computed with %s; give the weights that they were"
                      + " computed with",
                  data, name)));
    }
    return model;
  }

  private static ModelFile model(
      RunMetrics metrics,
      Provenance provenance,
      Features features,
      ClassicPipeline pipeline,
      ModelFile backbone) {
    FeatureNetwork network = features.network();
    ModelSpec spec =
        new ModelSpec(
            network.architecture(),
            network.head(),
            features.classes(),
            List.of(),
            network.preprocessing(),
            Optional.of(network.layer()));
    return new ModelFile(
        spec,
        Coverage.of(spec.network(), backbone.weights()).matching(backbone.weights()),
        metrics.inModel(),
        provenance.json(),
        Optional.empty(),
        Optional.of(pipeline));
  }
}
