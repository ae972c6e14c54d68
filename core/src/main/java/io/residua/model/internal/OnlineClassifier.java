package io.residua.model.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.model.Prediction;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A classifier whose pictures some threads prepare and others compute, as a server's do. It brings
 * no threads of its own. Answers are those of {@link Classifier#predict(RgbImage)}.
 */
public final class OnlineClassifier implements AutoCloseable {
  private final Classifier classifier;
  private final List<Member> members;
  private final ImageDecoder decoder;
  private final PictureFeatures features;

  /** 0 until somebody asked. */
  private volatile int featureCount;

  /**
   * A picture ready to compute.
   *
   * @param inputs for each member and each of its views, {@code H×W×C} values
   */
  @SuppressWarnings("ArrayRecordComponent") // what networks read
  public record Prepared(List<float[]> inputs) {}

  /**
   * What was computed of a picture.
   *
   * @param prediction null where there is none
   * @param problem why there is none, one line; null where there is one
   * @param logits the network's own; of an ensemble, of several views and of a classic classifier
   *     the logarithms of the probabilities, whose softmax they are
   */
  @SuppressWarnings("ArrayRecordComponent") // one value a class
  public record Computed(
      @Nullable Prediction prediction, @Nullable String problem, float[] logits) {}

  /**
   * @param decoder reads the pictures
   */
  private OnlineClassifier(
      Classifier classifier, List<Member> members, PictureFeatures features, ImageDecoder decoder) {
    this.classifier = classifier;
    this.members = members;
    this.features = features;
    this.decoder = decoder;
  }

  /** Of a classifier that is open, and what it has; closed with it. */
  public static OnlineClassifier of(
      Classifier classifier, List<Member> members, PictureFeatures features, long mostPixels) {
    ImageDecoder needed = ImageDecoder.of(members.stream().map(Member::preprocessing).toList());
    return new OnlineClassifier(
        classifier, members, features, new ImageDecoder(mostPixels, needed.withAlpha()));
  }

  /**
   * Opens a model, or several as one, as {@link Classifier#open} does, with its weights in memory,
   * so that its files may change.
   *
   * @param mostPixels a picture that declares more is refused
   */
  public static OnlineClassifier open(
      String namesOrFiles,
      WeightSource weights,
      Classifier.Options options,
      long mostPixels,
      Progress progress) {
    List<ModelFile> models = new ArrayList<>();
    for (String name : Classifier.names(namesOrFiles)) {
      models.add(inMemory(ModelFile.open(name, weights, progress)));
    }
    return Classifier.ensemble(models, options).online(mostPixels);
  }

  private static ModelFile inMemory(ModelFile model) {
    Map<String, FloatTensor> copies = new LinkedHashMap<>();
    model
        .weights()
        .asMap()
        .forEach(
            (name, tensor) ->
                copies.put(
                    name, new FloatTensor(tensor.shape(), FloatBuffer.wrap(tensor.toArray()))));
    return new ModelFile(
        model.spec(),
        new WeightMap(copies),
        model.metrics(),
        model.provenance(),
        model.calibration(),
        model.classic());
  }

  public Classifier classifier() {
    return classifier;
  }

  public ModelSpec spec() {
    return classifier.spec();
  }

  /** How many pictures a thread had best compute at a time, where there are many. */
  public int picturesPerCall() {
    return members.stream().mapToInt(m -> m.runner().picturesPerCall()).max().orElseThrow();
  }

  /** Values of all inputs that a picture becomes. */
  public int inputValues() {
    return members.stream().mapToInt(m -> m.augmentation().views() * m.runner().inputSize()).sum();
  }

  /** Whether the answer is that of one network for one view of a picture. */
  public boolean isSingle() {
    return members.size() == 1
        && members.get(0).augmentation().views() == 1
        && members.get(0).decision() instanceof Decision.OfLogits;
  }

  /**
   * Reads a picture.
   *
   * @param name what messages call it
   * @throws ImageException with one line, if it is no readable picture
   */
  public RgbImage decode(byte[] picture, String name) {
    return decoder.decode(picture, name);
  }

  /**
   * Makes a picture ready to compute.
   *
   * @throws ImageException with one line, if it has not the size that it must have
   */
  public Prepared prepare(RgbImage picture) {
    List<float[]> inputs = new ArrayList<>();
    for (Member m : members) {
      for (int view = 0; view < m.augmentation().views(); view++) {
        float[] input = new float[m.runner().inputSize()];
        RgbImage seen = m.augmentation().view(m.preprocessing(), picture, view);
        m.preprocessing().normalise(seen, input, 0);
        inputs.add(input);
      }
    }
    return new Prepared(inputs);
  }

  /**
   * A picture that somebody else has prepared.
   *
   * @param input {@code H×W×C} values as {@link ModelSpec#preprocessing} would make them
   * @throws ModelException with one line, if the model takes more than these, or one is no finite
   *     number
   */
  public Prepared prepared(float[] input) {
    if (members.size() > 1 || members.get(0).augmentation().views() > 1) {
      throw new ModelException(
          "an ensemble, or a model that looks at several views, prepares pictures itself; send"
              + " pictures");
    }
    if (input.length != members.get(0).runner().inputSize()) {
      throw new IllegalArgumentException(
          input.length + " values, not " + members.get(0).runner().inputSize());
    }
    for (float value : input) {
      if (!Float.isFinite(value)) {
        throw new ModelException("a value of the picture is no finite number");
      }
    }
    return new Prepared(List.of(input));
  }

  /**
   * Opens all that computing needs, and computes with it once, so that no answer waits for that.
   */
  public void warmUp() {
    members.forEach(m -> m.runner().warmUp());
  }

  /**
   * Computes some pictures on the calling thread; a single one on all, if it is alone.
   *
   * @param crowded whether other threads compute
   */
  public List<Computed> compute(List<Prepared> pictures, boolean crowded) {
    int inputs = pictures.get(0).inputs().size();
    List<List<float[]>> outputs = new ArrayList<>();
    int at = 0;
    for (Member m : members) {
      int from = at;
      int views = m.augmentation().views();
      at += views;
      List<float[]> ofMember = new ArrayList<>(pictures.size() * views);
      pictures.forEach(p -> ofMember.addAll(p.inputs().subList(from, from + views)));
      outputs.add(m.runner().runSome(ofMember, crowded));
    }
    if (at != inputs) {
      throw new IllegalArgumentException(inputs + " inputs, not " + at);
    }
    List<Computed> computed = new ArrayList<>(pictures.size());
    for (int p = 0; p < pictures.size(); p++) {
      computed.add(computed(outputs, p));
    }
    return computed;
  }

  private Computed computed(List<List<float[]>> outputs, int picture) {
    List<Prediction> answers = new ArrayList<>();
    try {
      for (int m = 0; m < members.size(); m++) {
        Member member = members.get(m);
        int views = member.augmentation().views();
        for (int view = 0; view < views; view++) {
          float[] output = outputs.get(m).get(picture * views + view);
          answers.add(member.decision().prediction(output, 0));
        }
      }
    } catch (ResiduaException e) {
      return new Computed(null, String.valueOf(e.getMessage()), new float[0]);
    }
    Prediction prediction = Prediction.average(answers);
    return new Computed(
        prediction, null, isSingle() ? outputs.get(0).get(picture) : logarithms(prediction));
  }

  private static float[] logarithms(Prediction prediction) {
    float[] values = new float[prediction.probabilities().size()];
    for (int c = 0; c < values.length; c++) {
      // The logarithm of 0 is no number that JSON has.
      values[c] = (float) Math.log(Math.max(Double.MIN_NORMAL, prediction.probabilities().get(c)));
    }
    return values;
  }

  /** Why there are no {@link #features}, in one line; null where there are. */
  public @Nullable String featuresProblem() {
    return features.problem();
  }

  /** How many features a picture has. */
  public int featureCount() {
    if (featureCount == 0) {
      featureCount = features.count();
    }
    return featureCount;
  }

  /** The features of some pictures, those of {@link Classifier#features(RgbImage)}. */
  public List<float[]> features(List<Prepared> pictures, boolean crowded) {
    List<float[]> first = pictures.stream().map(p -> p.inputs().get(0)).toList();
    return features.runner().runSome(first, crowded);
  }

  @Override
  public void close() {
    classifier.close();
  }
}
