package io.residua.model;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.Feed;
import io.residua.data.ImageDataset;
import io.residua.data.PictureSource;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.data.internal.ClassMapping;
import io.residua.engine.Compute;
import io.residua.engine.internal.BatchRunner;
import io.residua.eval.Evaluation;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.model.internal.AnswerCollector;
import io.residua.model.internal.AnswerStream;
import io.residua.model.internal.LaterAnswers;
import io.residua.model.internal.Member;
import io.residua.model.internal.ModelHash;
import io.residua.model.internal.OnlineClassifier;
import io.residua.model.internal.PictureFeatures;
import io.residua.weights.WeightSource;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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
  private final PictureFeatures features;
  private final LaterAnswers later;

  /**
   * How a classifier computes and sees pictures.
   *
   * @param compute where and how its networks compute
   * @param augmentation over which views of a picture it takes the mean of its answers
   * @param preprocessing makes of how a model's pictures are prepared how they are prepared here;
   *     where that is another way, accuracy may change
   */
  public record Options(
      Compute compute,
      TestTimeAugmentation augmentation,
      UnaryOperator<Preprocessing> preprocessing) {
    public Options {
      requireNonNull(compute, "compute");
      requireNonNull(augmentation, "augmentation");
      requireNonNull(preprocessing, "preprocessing");
    }

    /** A picture is seen once and as each model says, and networks compute as given. */
    public static Options on(Compute compute) {
      requireNonNull(compute, "compute");
      return new Options(compute, TestTimeAugmentation.NONE, UnaryOperator.identity());
    }

    /** As fast as this machine can. */
    public static Options usual() {
      return on(Compute.auto());
    }

    /** These, but over several views of a picture. */
    public Options with(TestTimeAugmentation other) {
      requireNonNull(other, "other");
      return new Options(compute, other, preprocessing);
    }

    /** These, but with pictures prepared in another way than a model says. */
    public Options preparing(UnaryOperator<Preprocessing> other) {
      requireNonNull(other, "other");
      return new Options(compute, augmentation, other);
    }
  }

  /**
   * A classifier over the given model.
   *
   * @throws ModelException if it is to compute in int8 and has no calibration
   */
  public Classifier(ModelFile model, Options options) {
    this(
        requireNonNull(options, "options"),
        List.of(new Member.Source(requireNonNull(model, "model"))));
  }

  private Classifier(Options options, List<Member.Source> sources) {
    List<String> classes = sources.get(0).model().spec().classes();
    for (Member.Source source : sources) {
      if (!source.model().spec().classes().equals(classes)) {
        throw otherClasses(classes, source.model().spec().classes());
      }
    }
    this.compute = options.compute();
    this.members = members(options, sources);
    this.features = new PictureFeatures(members, compute);
    this.later = new LaterAnswers(compute.threads());
  }

  /** All of them, or none that holds memory. */
  private static List<Member> members(Options options, List<Member.Source> sources) {
    List<Member> opened = new ArrayList<>();
    try {
      sources.forEach(source -> opened.add(source.member(options)));
      return List.copyOf(opened);
    } catch (RuntimeException e) {
      opened.forEach(member -> member.runner().close());
      throw e;
    }
  }

  private static ModelException otherClasses(List<String> some, List<String> others) {
    int same = 0;
    int both = Math.min(some.size(), others.size());
    while (same < both && some.get(same).equals(others.get(same))) {
      same++;
    }
    return new ModelException(
        Text.of(
            "models of one ensemble need the same classes in the same order: number %d of %d is %s"
                + " in one, of %d %s in another",
            same + 1, some.size(), named(some, same), others.size(), named(others, same)));
  }

  private static String named(List<String> classes, int index) {
    return index < classes.size() ? "'" + classes.get(index) + "'" : "missing";
  }

  /**
   * Several models as one, an ensemble: its answer is the mean of their probabilities
   * (Lakshminarayanan et al. 2017, arXiv:1612.01474).
   *
   * <pre>{@code
   * List<ModelFile> models = List.of(ModelFile.read(first), ModelFile.read(second));
   * try (Classifier both = Classifier.ensemble(models, Options.usual())) {
   *   System.out.println(both.predict(picture));
   * }
   * }</pre>
   *
   * @param models at least one, of the same classes in the same order
   * @throws ModelException if their classes differ
   */
  public static Classifier ensemble(List<ModelFile> models, Options options) {
    requireNonNull(models, "models");
    requireNonNull(options, "options");
    return new Classifier(options, models.stream().map(Member.Source::new).toList());
  }

  /**
   * Loads a model file, or the model in a run's folder, to run as fast as this machine can.
   *
   * @throws ModelException with one line, if the file is missing, damaged or no model
   */
  public static Classifier load(Path file) {
    return load(file, Options.usual());
  }

  /**
   * Loads a model file, or the model in a run's folder, to run as given.
   *
   * @throws ModelException with one line, if the file is missing, damaged or no model, or is to
   *     compute in int8 and has no calibration
   */
  public static Classifier load(Path file, Options options) {
    requireNonNull(file, "file");
    requireNonNull(options, "options");
    return new Classifier(
        options, List.of(new Member.Source(ModelFile.read(file), file.toString(), file)));
  }

  /**
   * Opens a model file, published weights by their name in the catalogue ({@code
   * resnet50.keras_in1k}, or {@code imagenet} for the default), or a weight file of a known network
   * with its head, from PyTorch, Keras or ONNX. 1000 classes are ImageNet's, ten of a network for
   * CIFAR are CIFAR-10's; others are numbered.
   *
   * @param namesOrFiles one, or several as {@link #names} has them, which become an {@link
   *     #ensemble}
   * @throws ModelException with one line, if there is no such model or it can't be had
   */
  public static Classifier open(
      String namesOrFiles, WeightSource weights, Options options, Progress progress) {
    requireNonNull(namesOrFiles, "namesOrFiles");
    requireNonNull(weights, "weights");
    requireNonNull(options, "options");
    requireNonNull(progress, "progress");
    return new Classifier(
        options,
        names(namesOrFiles).stream()
            .map(name -> Member.Source.open(name, weights, progress))
            .toList());
  }

  /**
   * The models of an ensemble are separated by commas; a name with a comma may be one file.
   *
   * @throws UsageException if nothing stands before or after a comma
   */
  public static List<String> names(String namesOrFiles) {
    requireNonNull(namesOrFiles, "namesOrFiles");
    if (Files.exists(Path.of(namesOrFiles))) {
      return List.of(namesOrFiles);
    }
    List<String> names = List.of(namesOrFiles.split(",", -1));
    if (names.contains("")) {
      throw new UsageException(
          Text.of("'%s': a comma stands between two models, and one is missing", namesOrFiles));
    }
    return names;
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
   * What is in a picture, whose opacity matters only to networks that take it; where it has none,
   * it is opaque. A caller who is alone gets all processors; callers in several threads get one
   * each, as many at a time as {@link Compute#threads}, in the order they came. The answer does not
   * depend on how many there are, but for rounding.
   *
   * @throws IllegalStateException if the classifier is closed, be it while the call waits
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public Prediction predict(RgbImage picture) {
    requireNonNull(picture, "picture");
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
    requireNonNull(picture, "picture");
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
    requireNonNull(picture, "picture");
    return predict(decoder().decode(picture, "picture"));
  }

  /**
   * What is in a picture that comes from a stream, as {@link #predict(RgbImage)} says: an upload or
   * an entry of an archive. The stream is read to its end and not closed. Reading ends early where
   * what comes first is no picture, or more comes than {@link ImageDecoder#maxPixels} allows.
   *
   * @param name what messages call the picture, for instance its file's name
   * @throws io.residua.image.ImageException with one line that begins with the name, if the stream
   *     fails or is no readable picture
   */
  public Prediction predict(InputStream picture, String name) {
    requireNonNull(picture, "picture");
    requireNonNull(name, "name");
    return predict(decoder().decode(picture, name));
  }

  /**
   * What is in a picture, later; for callers whose thread must not wait. It is read and computed on
   * one of {@link Compute#threads} threads of the classifier's own (daemons, which end when there
   * is nothing to do), in the order of the calls; the queue has no limit. What is chained to the
   * future without an executor runs on that thread and holds it up.
   *
   * <pre>{@code
   * CompletableFuture<Prediction> answer =
   *     classifier.predictAsync(upload).orTimeout(2, TimeUnit.SECONDS);
   * }</pre>
   *
   * <p>A future that is cancelled, or completed in another way such as {@code orTimeout}, before
   * its turn is neither read nor computed; later, its answer is thrown away.
   *
   * @param picture a file's bytes, which must not be changed until the future is done
   * @return completes with the answer, or exceptionally with what {@link #predict(byte[])} throws;
   *     {@code join} and {@code get} wrap it. Where the classifier is closed before its turn, that
   *     is an IllegalStateException
   */
  public CompletableFuture<Prediction> predictAsync(byte[] picture) {
    requireNonNull(picture, "picture");
    return later.ask(() -> predict(picture));
  }

  /** The same of a file, which is read when its turn has come. */
  public CompletableFuture<Prediction> predictAsync(Path picture) {
    requireNonNull(picture, "picture");
    return later.ask(() -> predict(picture));
  }

  /** The same of pixels. */
  public CompletableFuture<Prediction> predictAsync(RgbImage picture) {
    requireNonNull(picture, "picture");
    return later.ask(() -> predict(picture));
  }

  /**
   * What the network makes of a picture before it answers, for instance to look for similar ones:
   * the values that go into its head, the mean of its last feature map over the positions (of a
   * ResNet-50 2048). Of a classic classifier they are the features it was fitted to. They are those
   * of {@code residua features}, but in this classifier's precision; views of {@link
   * TestTimeAugmentation} have no part in them. Threads share the processors as in {@link
   * #predict(RgbImage)}. The first call opens the network a second time, which takes its memory
   * until the classifier is closed; for a whole set there is {@code FeatureExtractor}.
   *
   * @return a new array, of the same length for every picture
   * @throws ModelException with one line, if this is an ensemble
   * @throws IllegalStateException if the classifier is closed, be it while the call waits
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public float[] features(RgbImage picture) {
    requireNonNull(picture, "picture");
    String problem = features.problem();
    if (problem != null) {
      throw new ModelException(problem);
    }
    BatchRunner runner = features.runner();
    Preprocessing preprocessing = members.get(0).preprocessing();
    float[] input = new float[runner.inputSize()];
    preprocessing.normalise(preprocessing.prepare(picture), input, 0);
    return runner.runOne(input);
  }

  /**
   * The same of a file.
   *
   * @throws io.residua.image.ImageException with one line, if the file is no readable picture
   */
  public float[] features(Path picture) {
    requireNonNull(picture, "picture");
    return features(decoder().decode(picture));
  }

  /**
   * The same of a file's bytes.
   *
   * @throws io.residua.image.ImageException with one line, if these are no readable picture
   */
  public float[] features(byte[] picture) {
    requireNonNull(picture, "picture");
    return features(decoder().decode(picture, "picture"));
  }

  /** Reads all that one of the models looks at. */
  private ImageDecoder decoder() {
    return ImageDecoder.of(members.stream().map(Member::preprocessing).toList());
  }

  /**
   * This classifier for a server, whose threads prepare pictures and compute; closing it closes
   * this.
   *
   * @param mostPixels a picture that declares more is refused
   */
  public OnlineClassifier online(long mostPixels) {
    return OnlineClassifier.of(this, members, features, mostPixels);
  }

  /**
   * What is in many pictures, in the order given, on all processors. A picture that can't be read
   * gives an answer that says why.
   *
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted, or by
   *     the progress
   */
  public List<Answer<Path>> predict(List<Path> pictures, Progress progress) {
    return this.<Path>predict(pictures, PictureFile::new, progress);
  }

  /**
   * The same of pictures wherever they are: in memory, in archives, in files.
   *
   * <pre>{@code
   * List<Answer<Upload>> answers =
   *     classifier.predict(
   *         uploads, upload -> new PictureBytes(upload.name(), upload.bytes()), Progress.NONE);
   * }</pre>
   *
   * @param source where the bytes of each picture are
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted, or by
   *     the progress
   */
  public <T> List<Answer<T>> predict(
      List<? extends T> pictures,
      Function<? super T, ? extends PictureSource> source,
      Progress progress) {
    requireNonNull(pictures, "pictures");
    List<Answer<T>> answers = new ArrayList<>();
    this.<T>predict(Feed.of(pictures), source, answers::add, progress);
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
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted, which
   *     it then stays, or the progress throws one; the answers given until then are those of the
   *     first pictures
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
    requireNonNull(pictures, "pictures");
    requireNonNull(source, "source");
    requireNonNull(answers, "answers");
    requireNonNull(progress, "progress");
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
    requireNonNull(data, "data");
    requireNonNull(progress, "progress");
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
    requireNonNull(data, "data");
    requireNonNull(answers, "answers");
    requireNonNull(progress, "progress");
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
    requireNonNull(data, "data");
    return ClassMapping.match(data.classes(), spec().classIds(), spec().classes());
  }

  /**
   * How many of these pictures, by content, this classifier was trained or selected on, of an
   * ensemble the most that one member was; empty where no {@code split.csv} beside a model tells.
   */
  public OptionalInt countTrainedOn(ImageDataset data, Progress progress) {
    requireNonNull(data, "data");
    requireNonNull(progress, "progress");
    return members.stream()
        .map(member -> member.countTrainedOn(data, progress))
        .flatMapToInt(OptionalInt::stream)
        .max();
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

  /**
   * Releases the classifier's memory, after pictures that are being computed; using it afterwards
   * is an IllegalStateException. What {@link #predictAsync} was asked for and has not begun ends
   * with one, too.
   */
  @Override
  public void close() {
    later.close();
    features.close();
    members.forEach(m -> m.runner().close());
  }
}
