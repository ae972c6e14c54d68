package io.residua.model;

import io.residua.Progress;
import io.residua.Text;
import io.residua.Warnings;
import io.residua.data.ClassMapping;
import io.residua.data.Feed;
import io.residua.data.ImageDataset;
import io.residua.data.PictureSource;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.eval.Evaluation;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.weights.Coverage;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tells what is in a picture. Made from a model file, or from published weights with their own
 * classes; safe to call from many threads; releases its memory when closed.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.load(Path.of("run"))) {
 *   Prediction prediction = classifier.predict(Path.of("cat.jpg"));
 *   System.out.printf("%s %.1f %%%n", prediction.label(), 100 * prediction.probability());
 * }
 * }</pre>
 */
public final class Classifier implements AutoCloseable {
  private final List<Member> members;
  private final Compute compute;

  /**
   * A classifier over the given model.
   *
   * @throws ModelException if it is to compute in int8 and has no calibration
   */
  public Classifier(ModelFile model, Compute compute) {
    this(model, compute, "this model", "MODEL");
  }

  private Classifier(ModelFile model, Compute compute, String name, String argument) {
    if (compute.precision() == Precision.INT8 && model.classic().isPresent()) {
      throw new ModelException(
          name + ": a classic classifier takes features in fp32 or bf16, not int8");
    }
    if (compute.precision() == Precision.INT8 && model.calibration().isEmpty()) {
      throw new ModelException(
          Text.of(
              "%s has no calibration, which int8 needs: make one with 'residua calibrate %s DATA"
                  + " --out FILE', where DATA is a folder of typical pictures",
              name, argument));
    }
    this.compute = compute;
    this.members =
        List.of(Member.of(model, compute, TestTimeAugmentation.NONE, model.spec().classes()));
  }

  private Classifier(List<Member> members, Compute compute) {
    this.members = List.copyOf(members);
    this.compute = compute;
  }

  /**
   * Several classifiers as one, an ensemble: its answer is the mean of their probabilities
   * (Lakshminarayanan et al. 2017, arXiv:1612.01474). It takes them over: closing it closes them.
   *
   * <pre>{@code
   * try (Classifier both =
   *     Classifier.ensemble(List.of(Classifier.load(first), Classifier.load(second)))) {
   *   System.out.println(both.predict(picture));
   * }
   * }</pre>
   *
   * @param classifiers at least one, of the same classes in the same order
   * @throws ModelException if their classes differ; they are not taken over then
   */
  public static Classifier ensemble(List<Classifier> classifiers) {
    Classifier first = classifiers.get(0);
    for (Classifier other : classifiers) {
      if (!other.spec().classes().equals(first.spec().classes())) {
        throw new ModelException(
            Text.of(
                "models of one ensemble need the same classes: one has %s, another %s",
                String.join(", ", first.spec().classes()),
                String.join(", ", other.spec().classes())));
      }
    }
    return new Classifier(
        classifiers.stream().flatMap(c -> c.members.stream()).toList(), first.compute);
  }

  /**
   * Loads a model file, or the model in a run's folder, to run as fast as this machine can.
   *
   * @throws io.residua.ResiduaException with one line, if the file is missing, damaged or no model
   */
  public static Classifier load(Path file) {
    return load(file, Compute.auto());
  }

  /** Loads a model file, or the model in a run's folder, to run as given. */
  public static Classifier load(Path file, Compute compute) {
    return new Classifier(ModelFile.read(file), compute, file.toString(), file.toString());
  }

  /**
   * Opens a model file, published weights by their name in the catalogue ({@code
   * resnet50.keras_in1k}, or {@code imagenet} for the default), or a weight file of a known network
   * with its head, from PyTorch, Keras or ONNX. 1000 classes are ImageNet's, ten of a network for
   * CIFAR are CIFAR-10's; others are numbered.
   *
   * @throws io.residua.ResiduaException with one line, if there is no such model
   */
  public static Classifier open(
      String nameOrFile, WeightSource weights, Compute compute, Progress progress) {
    return new Classifier(
        Models.open(nameOrFile, weights, progress), compute, nameOrFile, nameOrFile);
  }

  /** What this classifier is; of an ensemble, what its first member is. */
  public ModelSpec spec() {
    return model().spec();
  }

  /** The model it was made from, of an ensemble the first: weights, metrics and provenance. */
  public ModelFile model() {
    return members.get(0).model();
  }

  /** The models it was made from, one unless it is an ensemble. */
  public List<ModelFile> models() {
    return members.stream().map(Member::model).toList();
  }

  /** How it computes. */
  public Compute compute() {
    return compute;
  }

  /**
   * SHA-256 of all that answers depend on but the pictures: the models' weights and classes, how
   * pictures are prepared, views, and the precision; not of names, metrics and what computes.
   *
   * @return 64 hexadecimal digits
   */
  public String sha256() {
    return ModelHash.of(members, compute.precision().name());
  }

  /**
   * The same models with pictures prepared in another way (not their own: accuracy may change). Its
   * memory is its own; both are to be closed.
   */
  public Classifier with(Preprocessing preprocessing) {
    List<Member> changed = new ArrayList<>();
    for (Member m : members) {
      ModelFile model = m.model().with(preprocessing);
      Coverage.of(model.spec().network(), model.weights()).requireExact("the model");
      changed.add(Member.of(model, compute, m.augmentation(), model.spec().classes()));
    }
    return new Classifier(changed, compute);
  }

  /**
   * The same models, which answer by the mean over several views of a picture. Its memory is its
   * own; both are to be closed.
   */
  public Classifier with(TestTimeAugmentation augmentation) {
    return new Classifier(
        members.stream()
            .map(m -> Member.of(m.model(), compute, augmentation, m.model().spec().classes()))
            .toList(),
        compute);
  }

  /**
   * What is in a picture, whose opacity matters only to networks that take it; where it has none,
   * it is opaque. A caller who is alone gets all processors; callers in several threads get one
   * each, as many at a time as {@link Compute#threads}, in the order they came. The answer does not
   * depend on how many there are, but for rounding.
   *
   * @throws IllegalStateException if the classifier is closed, be it while the call waits
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public Prediction predict(RgbImage picture) {
    List<Prediction> answers = new ArrayList<>();
    for (Member m : members) {
      Preprocessing preprocessing = m.preprocessing();
      for (int view = 0; view < m.augmentation().views(); view++) {
        float[] input = new float[m.runner().inputSize()];
        preprocessing.normalise(m.augmentation().view(preprocessing, picture, view), input, 0);
        answers.add(m.decision().prediction(m.runner().runOne(input), 0));
      }
    }
    return Prediction.average(answers);
  }

  /**
   * What is in a picture, as {@link #predict(RgbImage)} says.
   *
   * @throws io.residua.image.ImageException with one line, if the file is no readable picture
   */
  public Prediction predict(Path picture) {
    return predict(decoder().decode(picture));
  }

  /**
   * What is in a picture that is in memory, a file's bytes of any format that is read, as {@link
   * #predict(RgbImage)} says; for the JDK's own pictures there is {@link RgbImage#of}.
   *
   * @param picture for instance an upload, or what {@code InputStream.readAllBytes()} gave
   * @throws io.residua.image.ImageException with one line, if these are no readable picture
   */
  public Prediction predict(byte[] picture) {
    return predict(decoder().decode(picture, "picture"));
  }

  /** Reads all that one of the models looks at. */
  private ImageDecoder decoder() {
    return ImageDecoder.of(members.stream().map(Member::preprocessing).toList());
  }

  /**
   * What is in many pictures, in the order given, on all processors. A picture that can't be read
   * gives an answer that says why.
   */
  public List<Answer<Path>> predict(List<Path> pictures, Progress progress) {
    List<Answer<Path>> answers = new ArrayList<>();
    predict(Feed.of(pictures), answers::add, progress);
    return answers;
  }

  /**
   * What is in pictures as they come, on all processors; only some batches of them are held at a
   * time, so that there may be millions. Where the next picture is not there yet, those that are
   * there are answered.
   *
   * <pre>{@code
   * try (Stream<Path> files = Files.walk(folder)) {
   *   Iterator<Path> pictures = files.filter(f -> f.toString().endsWith(".jpg")).iterator();
   *   classifier.predict(Feed.of(pictures), answer -> print(answer), Progress.NONE);
   * }
   * }</pre>
   *
   * @param answers is called for each picture, in the order of the pictures and by one thread at a
   *     time; a picture that can't be read gives an answer that says why
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted; the
   *     answers given until then are those of the first pictures
   */
  public void predict(
      Feed<? extends Path> pictures, Consumer<? super Answer<Path>> answers, Progress progress) {
    this.<Path>predict(pictures, PictureFile::new, answers, progress);
  }

  /**
   * The same of pictures wherever they are: in memory, in archives, in files.
   *
   * <pre>{@code
   * classifier.<Upload>predict(
   *     Feed.of(uploads),
   *     upload -> new PictureBytes(upload.name(), upload.bytes()),
   *     answer -> reply(answer.picture(), answer.prediction()),
   *     Progress.NONE);
   * }</pre>
   *
   * @param source where the bytes of each picture are
   */
  public <T> void predict(
      Feed<? extends T> pictures,
      Function<? super T, ? extends PictureSource> source,
      Consumer<? super Answer<T>> answers,
      Progress progress) {
    this.<T>run(
        "predict",
        pictures,
        source,
        result ->
            answers.accept(
                new Answer<>(
                    result.picture(),
                    Optional.ofNullable(result.prediction()),
                    Optional.ofNullable(result.problem()))),
        progress);
  }

  /**
   * The answer for one of many pictures.
   *
   * @param picture as it was given
   * @param prediction what is in it, if it could be read
   * @param problem why it could not be read, one line
   */
  public record Answer<T>(T picture, Optional<Prediction> prediction, Optional<String> problem) {}

  /**
   * Measures this classifier on labelled pictures. Their classes are found among the model's by
   * name or id; all the model's classes stay open as answers.
   *
   * @throws io.residua.data.DataException naming the classes that the model does not have
   * @throws ModelException if not one picture could be read
   */
  public Measured evaluate(ImageDataset data, Progress progress) {
    AnswerCollector collector = new AnswerCollector(spec().classes());
    answer(data, collector::add, progress);
    return collector.measured();
  }

  /**
   * Answers labelled pictures as {@link #evaluate} does, and hands on each answer as it comes; an
   * {@link AnswerCollector} may take them.
   *
   * @param answers is called for each picture, in the order of the set and by one thread at a time
   * @throws io.residua.data.DataException naming the classes that the model does not have
   */
  public void answer(
      ImageDataset data, Consumer<? super LabelledAnswer> answers, Progress progress) {
    int[] classOf = classesOf(data);
    this.<Sample>run(
        "evaluate",
        Feed.of(data.samples()),
        Sample::source,
        result ->
            answers.accept(
                new LabelledAnswer(
                    result.picture(),
                    classOf[result.picture().label()],
                    Optional.ofNullable(result.prediction()),
                    Optional.ofNullable(result.problem()))),
        progress);
  }

  /**
   * Which of this classifier's classes each class of a set is, found by name or id.
   *
   * @throws io.residua.data.DataException naming the classes that the model does not have
   */
  public int[] classesOf(ImageDataset data) {
    return ClassMapping.match(data.classes(), spec().classIds(), spec().classes());
  }

  /**
   * The answer for one of many labelled pictures.
   *
   * @param sample the picture
   * @param label index of its true class in the model
   * @param prediction what is in it, if it could be read
   * @param problem why it could not be read, one line
   */
  public record LabelledAnswer(
      Sample sample, int label, Optional<Prediction> prediction, Optional<String> problem) {}

  /**
   * An evaluation and what it covers.
   *
   * @param evaluation over the pictures that could be read
   * @param samples those pictures, in the order of the evaluation's rows
   * @param unreadable why the others could not be read, by their index in the data set
   */
  public record Measured(
      Evaluation evaluation, List<Sample> samples, Map<Integer, String> unreadable) {}

  /** Runs every member on every view of every picture. */
  private <T> void run(
      String label,
      Feed<? extends T> pictures,
      Function<? super T, ? extends PictureSource> source,
      Consumer<? super AnswerStream.Result<T>> results,
      Progress progress) {
    int views = members.get(0).augmentation().views();
    int inputs = (int) Math.min(Integer.MAX_VALUE, views * pictures.expected());
    try (Progress.Task task = progress.start(label, pictures.expected(), "images")) {
      AnswerStream<T> stream =
          new AnswerStream<>(
              members,
              pictures,
              source,
              result -> {
                if (result.problem() != null) {
                  Warnings.tell(progress, result.problem());
                }
                results.accept(result);
              },
              task,
              compute.threads());
      BatchRunner.runAll(members.stream().map(Member::runner).toList(), inputs, stream);
    }
  }

  /** Releases the classifier's memory; using it afterwards is an IllegalStateException. */
  @Override
  public void close() {
    members.forEach(m -> m.runner().close());
  }
}
