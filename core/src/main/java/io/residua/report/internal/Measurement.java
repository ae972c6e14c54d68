package io.residua.report.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.engine.Compute;
import io.residua.eval.Evaluation;
import io.residua.eval.internal.SampleLoss;
import io.residua.explain.GradCam;
import io.residua.explain.internal.FeaturePlane;
import io.residua.explain.internal.FeaturePlane.Point;
import io.residua.explain.internal.NearestPictures;
import io.residua.explain.internal.NearestPictures.Near;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.internal.Warnings;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Measured;
import io.residua.model.Classifier.Options;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * What only the model and its pictures can tell: each answer to the headline's part, and why it was
 * given.
 *
 * @param evaluation of every picture of the part
 * @param samples its pictures, in the order of the evaluation
 * @param unreadable how many pictures of the part could not be read
 * @param mistakes the answers of largest loss, largest first
 * @param plane the part's pictures in the plane of their features, by their index in samples
 */
public record Measurement(
    Evaluation evaluation,
    List<Sample> samples,
    int unreadable,
    List<Mistake> mistakes,
    FeaturePlane plane) {
  private static final int MOST_MISTAKES = 9;
  private static final int MOST_MISTAKES_IN_BRIEF = 6;
  private static final int NEIGHBOURS = 4;
  private static final int MOST_POINTS = 1000;
  private static final int MOST_POINTS_IN_BRIEF = 100;
  private static final int MOST_CANDIDATES = 20_000;

  /**
   * An answer of large loss.
   *
   * @param overlay Grad-CAM of the answer, for models with logits
   * @param near the most similar training pictures, for wrong answers
   */
  record Mistake(SampleLoss loss, Optional<RgbImage> overlay, List<Neighbour> near) {}

  /** A training picture that is much alike, and its class. */
  record Neighbour(Sample sample, String label, double similarity) {}

  /**
   * Runs the model over the part and explains its worst answers.
   *
   * @param brief whether the training pictures are left alone, and fewer points drawn
   * @throws io.residua.ResiduaException with one line, if model and data don't fit the run
   */
  public static Measurement of(
      RunFiles run,
      Part part,
      OpenedData opened,
      boolean brief,
      Compute compute,
      Progress progress) {
    Manifest manifest =
        run.split()
            .orElseThrow(
                () ->
                    new ReportException(
                        run.folder() + ": has no split.csv, which says what was measured"));
    opened.warnings().forEach(warning -> Warnings.tell(progress, warning));
    RunPictures pictures = new RunPictures(manifest, opened);
    ImageDataset measuredSet = pictures.of(part, true);
    Optional<ImageDataset> train =
        brief ? Optional.empty() : Optional.of(pictures.of(Part.TRAIN, false));
    try (Classifier classifier = Classifier.load(run.model(), Options.on(compute))) {
      Measured measured = classifier.evaluate(measuredSet, progress);
      List<Sample> samples = measured.samples();
      return new Measurement(
          measured.evaluation(),
          samples,
          measured.unreadable().size(),
          mistakes(measured, classifier, train, progress),
          plane(
              Sample.evenly(samples, brief ? MOST_POINTS_IN_BRIEF : MOST_POINTS),
              samples,
              classifier,
              progress));
    }
  }

  private static List<Mistake> mistakes(
      Measured measured, Classifier classifier, Optional<ImageDataset> train, Progress progress) {
    List<SampleLoss> worst =
        measured.evaluation().topLosses(train.isEmpty() ? MOST_MISTAKES_IN_BRIEF : MOST_MISTAKES);
    List<Sample> samples = measured.samples();
    Map<Integer, List<Neighbour>> near =
        train.map(t -> neighbours(worst, samples, classifier, t, progress)).orElse(Map.of());
    Map<Integer, RgbImage> overlays = overlays(worst, samples, classifier, progress);
    List<Mistake> mistakes = new ArrayList<>();
    for (SampleLoss loss : worst) {
      mistakes.add(
          new Mistake(
              loss,
              Optional.ofNullable(overlays.get(loss.sample())),
              near.getOrDefault(loss.sample(), List.of())));
    }
    return mistakes;
  }

  private static Map<Integer, List<Neighbour>> neighbours(
      List<SampleLoss> worst,
      List<Sample> samples,
      Classifier classifier,
      ImageDataset train,
      Progress progress) {
    List<SampleLoss> wrong =
        worst.stream().filter(loss -> loss.trueClass() != loss.predictedClass()).toList();
    List<Sample> candidates = Sample.evenly(train.samples(), MOST_CANDIDATES);
    List<List<Near>> found =
        NearestPictures.find(
            classifier.model(),
            classifier.compute(),
            sources(wrong.stream().map(loss -> samples.get(loss.sample())).toList()),
            sources(candidates),
            NEIGHBOURS,
            progress);
    Map<Integer, List<Neighbour>> near = new HashMap<>();
    for (int i = 0; i < wrong.size(); i++) {
      near.put(
          wrong.get(i).sample(),
          found.get(i).stream().map(n -> neighbour(candidates.get(n.index()), train, n)).toList());
    }
    return near;
  }

  private static Neighbour neighbour(Sample sample, ImageDataset train, Near near) {
    return new Neighbour(sample, train.classes().get(sample.label()), near.similarity());
  }

  private static Map<Integer, RgbImage> overlays(
      List<SampleLoss> worst, List<Sample> samples, Classifier classifier, Progress progress) {
    Map<Integer, RgbImage> overlays = new HashMap<>();
    if (classifier.model().classic().isPresent()) {
      return overlays;
    }
    ImageDecoder decoder = ImageDecoder.of(classifier.spec().preprocessing());
    String stage = GradCam.lastStage(classifier.spec());
    try (GradCam cam = GradCam.of(classifier.model(), stage, classifier.compute());
        Progress.Task task = progress.start("Grad-CAM", worst.size(), "images")) {
      for (SampleLoss loss : worst) {
        RgbImage picture = samples.get(loss.sample()).source().read(decoder);
        OptionalInt answer = OptionalInt.of(loss.predictedClass());
        overlays.put(loss.sample(), cam.explain(picture, answer).overlay());
        task.advance(1);
      }
    }
    return overlays;
  }

  /** The pictures shown, as points that know their index among all. */
  private static FeaturePlane plane(
      List<Sample> shown, List<Sample> all, Classifier classifier, Progress progress) {
    FeaturePlane plane =
        FeaturePlane.of(classifier.model(), classifier.compute(), sources(shown), progress);
    Map<Sample, Integer> indices = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      indices.put(all.get(i), i);
    }
    UnaryOperator<List<Point>> among =
        points ->
            points.stream()
                .map(p -> new Point(indices.getOrDefault(shown.get(p.index()), 0), p.x(), p.y()))
                .toList();
    return new FeaturePlane(
        among.apply(plane.points()),
        plane.firstShare(),
        plane.secondShare(),
        among.apply(plane.neighbours()));
  }

  private static List<PictureSource> sources(List<Sample> samples) {
    return samples.stream().map(Sample::source).toList();
  }

  /** The picture of a sample that was read before; empty if it can't be read any more. */
  static Optional<RgbImage> read(Sample sample, ImageDecoder decoder) {
    try {
      return Optional.of(sample.source().read(decoder));
    } catch (ResiduaException e) {
      return Optional.empty();
    }
  }
}
