package io.residua.report.internal;

import io.residua.Progress;
import io.residua.data.Sample;
import io.residua.eval.ConfusionMatrix.ConfusedPair;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.explain.internal.FeaturePlane;
import io.residua.explain.internal.FeaturePlane.Point;
import io.residua.image.ImageDecoder;
import io.residua.image.internal.Resampling;
import io.residua.internal.Text;
import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.page.HtmlPage;
import io.residua.page.Svg;
import io.residua.report.internal.Measurement.Mistake;
import io.residua.report.internal.Measurement.Neighbour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The pictures of a run's page: mistakes, samples, and the plane of features. */
public final class Gallery {
  private static final int PICTURE_PX = 224;
  private static final int NEIGHBOUR_PX = 112;
  private static final int MOST_PAIRS = 4;
  private static final int OF_A_PAIR = 6;
  private static final int SAMPLES = 12;
  private static final long SAMPLES_SEED = 1;

  private final HtmlPage page;
  private final Measurement measured;
  private final Evaluation evaluation;
  private final Predictions answers;
  private final Progress.Task task;
  private final ImageDecoder decoder = new ImageDecoder();

  public Gallery(HtmlPage page, Measurement measured, Progress.Task task) {
    this.page = page;
    this.measured = measured;
    this.evaluation = measured.evaluation();
    this.answers = evaluation.predictions();
    this.task = task;
  }

  /** Pictures of the most frequent mistakes, those answered with most confidence first. */
  public void confusedPairs() throws IOException {
    List<ConfusedPair> pairs = evaluation.confusion().mostConfused(MOST_PAIRS);
    for (ConfusedPair pair : pairs) {
      page.element(
          "h3",
          Text.of(
              "%s taken for %s: %d",
              name(pair.trueClass()), name(pair.predictedClass()), pair.count()));
      page.raw("<div class=\"pictures\">\n");
      List<Integer> wrong =
          IntStream.range(0, answers.n())
              .filter(
                  i ->
                      answers.label(i) == pair.trueClass()
                          && answers.predicted(i) == pair.predictedClass())
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -answers.confidence(i)))
              .limit(OF_A_PAIR)
              .toList();
      for (int i : wrong) {
        figure(measured.samples().get(i), PICTURE_PX, confidence(i), "");
      }
      page.raw("</div>\n");
    }
  }

  /** The answers of largest loss, with where the network looked and what it had learnt. */
  public void mistakes() throws IOException {
    if (measured.mistakes().isEmpty()) {
      return;
    }
    page.section("Largest losses");
    boolean maps = measured.mistakes().stream().anyMatch(m -> m.overlay().isPresent());
    page.element(
        "p",
        "The answers that are furthest from the truth."
            + (maps
                ? " Beside each picture what spoke for the answer (Grad-CAM: violet little, yellow"
                    + " most)."
                : "")
            + (measured.mistakes().stream().anyMatch(m -> !m.near().isEmpty())
                ? " Under a wrong one the training pictures that look most alike to the network."
                : ""));
    page.raw("<div class=\"mistakes\">\n");
    for (Mistake mistake : measured.mistakes()) {
      mistake(mistake);
    }
    page.raw("</div>\n");
  }

  private void mistake(Mistake mistake) throws IOException {
    Sample sample = measured.samples().get(mistake.loss().sample());
    boolean right = mistake.loss().trueClass() == mistake.loss().predictedClass();
    page.raw("<div class=\"finding\">\n<p>");
    page.raw(
        right
            ? Text.of("<b class=\"good\">%s</b>, right", escaped(mistake.loss().trueClass()))
            : Text.of(
                "Is <b>%s</b>, answered <b class=\"bad\">%s</b>",
                escaped(mistake.loss().trueClass()), escaped(mistake.loss().predictedClass())));
    page.raw(
        Text.of(
            " with %s; the truth got %s (loss %s)</p>\n",
            confidence(mistake.loss().sample()),
            Figures.percent(mistake.loss().probabilityOfTruth()),
            Figures.decimal(mistake.loss().logLoss(), 2)));
    page.raw("<div class=\"pair\">");
    figure(sample, PICTURE_PX, sample.name(), "");
    if (mistake.overlay().isPresent()) {
      page.raw("<figure>");
      page.raw(
          HtmlPage.picture(
              Resampling.within(mistake.overlay().get(), PICTURE_PX),
              "what spoke for " + name(mistake.loss().predictedClass())));
      page.raw("<figcaption>as the network saw it</figcaption></figure>\n");
    }
    page.raw("</div>\n");
    if (!mistake.near().isEmpty()) {
      page.raw("<small>Most alike in training:</small><div class=\"near\">");
      for (Neighbour near : mistake.near()) {
        figure(
            near.sample(),
            NEIGHBOUR_PX,
            Text.of("%s, %s", near.label(), Figures.decimal(near.similarity(), 2)),
            "");
      }
      page.raw("</div>\n");
    }
    page.raw("</div>\n");
  }

  /** Some pictures chosen by chance, with their answers. */
  public void samples() throws IOException {
    page.section("Some answers");
    page.element("p", "Pictures of the measured part, drawn by chance.");
    List<Integer> order = new ArrayList<>(IntStream.range(0, answers.n()).boxed().toList());
    Collections.shuffle(order, new Random(SAMPLES_SEED));
    page.raw("<div class=\"pictures\">\n");
    for (int i : order.subList(0, Math.min(SAMPLES, order.size()))) {
      boolean right = answers.isRight(i);
      String answer =
          right
              ? Text.of("✓ %s, %s", name(answers.label(i)), confidence(i))
              : Text.of(
                  "✗ %s, %s; is %s",
                  name(answers.predicted(i)), confidence(i), name(answers.label(i)));
      figure(measured.samples().get(i), PICTURE_PX, answer, right ? "good" : "bad");
    }
    page.raw("</div>\n");
  }

  /** The pictures as points in planes of their features. */
  public void plane() throws IOException {
    FeaturePlane plane = measured.plane();
    if (plane.points().isEmpty()) {
      return;
    }
    page.section("How the network sees the pictures");
    page.element(
        "p",
        Text.of(
            "Each point is a picture, its colour the true class%s; wrong answers are ringed.",
            answers.classCount() > Svg.COLOURS ? " (colours repeat)" : ""));
    page.raw("<div class=\"charts\">\n");
    points(
        "Principal components",
        plane.points(),
        share("first", plane.firstShare()),
        share("second", plane.secondShare()),
        "The directions in which features vary most. What lies apart here is easy to tell apart;"
            + " what overlaps may still be apart in directions that a plane leaves out.");
    if (!plane.neighbours().isEmpty()) {
      points(
          "Neighbourhoods (t-SNE)",
          plane.neighbours(),
          "",
          "",
          "Neighbours here are neighbours among all features. How far groups lie from each other"
              + " means little.");
    }
    page.raw("</div>\n");
  }

  private void points(String title, List<Point> points, String x, String y, String note)
      throws IOException {
    Chart chart = new Chart(title, Axis.linear(x), Axis.linear(y));
    for (Point point : points) {
      int i = point.index();
      String what = measured.samples().get(i).name() + ": " + name(answers.predicted(i));
      chart.dot(point.x(), point.y(), 2.6, "f" + answers.label(i) % Svg.COLOURS, what);
      if (!answers.isRight(i)) {
        chart.dot(point.x(), point.y(), 5, "hollow", what);
      }
    }
    int named = Math.min(Svg.COLOURS, answers.classCount());
    for (int c = 0; c < named; c++) {
      chart.named(Svg.cut(name(c), 14), "s" + c + " thick");
    }
    page.chart(title, chart.within(), note);
  }

  private static String share(String which, double share) {
    return Text.of("%s, %s of variance", which, Figures.percent(share));
  }

  private void figure(Sample sample, int px, String caption, String style) throws IOException {
    String picture =
        Measurement.read(sample, decoder)
            .map(image -> HtmlPage.picture(Resampling.within(image, px), sample.name()))
            .orElse("<div class=\"none\"></div>");
    page.raw(
        Text.of(
            "<figure>%s<figcaption%s>%s</figcaption></figure>\n",
            picture, style.isEmpty() ? "" : " class=\"" + style + "\"", HtmlPage.escaped(caption)));
    task.advance(1);
  }

  private String confidence(int sample) {
    return Figures.percent(answers.confidence(sample));
  }

  private String name(int classIndex) {
    return answers.classNames().get(classIndex);
  }

  private String escaped(int classIndex) {
    return HtmlPage.escaped(name(classIndex));
  }
}
