package io.residua.export.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.PictureSource;
import io.residua.export.WeightType;
import io.residua.export.internal.RunnableModel.Outputs;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.model.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Runs a model and what was exported of it on the same pictures, one after the other. An ONNX file
 * runs in ONNX Runtime, which is fetched with the user's Maven; a safetensors file in the engine.
 *
 * <pre>{@code
 * Verification found =
 *     new Verifier(2, ResiduaHome.folder().resolve("lib"), false)
 *         .verify(model, Path.of("model.onnx"), pictures, Optional.empty(), Progress.NONE);
 * System.out.println(found.largestProbabilityDifference());
 * }</pre>
 */
public final class Verifier {
  private static final int SAFETENSORS_START = 9;

  private final int threads;
  private final Path libraries;
  private final boolean offline;

  /**
   * @param threads how many compute, at least 1
   * @param libraries folder for ONNX Runtime's jar, which is fetched into it with the user's Maven
   *     where it is neither there nor on the class path
   * @param offline whether the network must not be touched
   */
  public Verifier(int threads, Path libraries, boolean offline) {
    this.threads = threads;
    this.libraries = libraries;
    this.offline = offline;
  }

  /**
   * Compares answers. A picture that can't be read is reported and left out.
   *
   * @param labels for each picture the index of its class in the model, if that is known
   * @throws ExportException with one line, if the exported file cannot be run or has other outputs,
   *     or not one picture could be read
   */
  public Verification verify(
      ModelFile model,
      Path exported,
      List<? extends PictureSource> pictures,
      Optional<int[]> labels,
      Progress progress) {
    try (EngineModel original = new EngineModel(model, threads);
        RunnableModel other = open(exported, model, progress);
        Progress.Task task = progress.start("verify", pictures.size(), "images")) {
      String type = other instanceof OnnxModel onnx ? onnx.weightType() : WeightType.FP32.label();
      Comparison comparison = new Comparison(exported, original, other);
      Preprocessing preprocessing = model.spec().preprocessing();
      ImageDecoder decoder = ImageDecoder.of(preprocessing);
      for (int i = 0; i < pictures.size(); i++) {
        try {
          RgbImage picture = pictures.get(i).prepared(decoder, preprocessing);
          comparison.add(picture, labels.isPresent() ? labels.get()[i] : -1);
        } catch (ExportException e) {
          throw e;
        } catch (ResiduaException e) {
          Warnings.tell(progress, String.valueOf(e.getMessage()));
        }
        task.advance(1);
      }
      return comparison.result(pictures.size(), type, labels.isPresent());
    }
  }

  private RunnableModel open(Path exported, ModelFile model, Progress progress) {
    if (isOnnx(exported)) {
      OnnxRuntime runtime = OnnxRuntime.find(OnnxRuntimeJar.in(libraries), progress, offline);
      return new OnnxModel(exported, model.spec().preprocessing(), runtime, threads);
    }
    ModelFile other = ModelFile.read(exported);
    if (!other.spec().preprocessing().equals(model.spec().preprocessing())) {
      throw new ExportException(
          Text.of(
              "%s: it prepares pictures in another way than the model; it was made of another"
                  + " model",
              exported));
    }
    return new EngineModel(other, threads);
  }

  /** Whether it is no safetensors file, which begins with the length of its JSON. */
  private static boolean isOnnx(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(SAFETENSORS_START);
      return start.length < SAFETENSORS_START || start[SAFETENSORS_START - 1] != '{';
    } catch (IOException e) {
      throw new ExportException(Text.of("%s: %s", file, IoReasons.of(e)), e);
    }
  }

  /** The numbers so far. */
  private static final class Comparison {
    private final Path exported;
    private final RunnableModel original;
    private final RunnableModel other;
    private double[] originalMillis = new double[64];
    private double[] otherMillis = new double[64];
    private int count;
    private boolean hasLogits;
    private double logitDifference;
    private double probabilityDifference;
    private int equal;
    private int originalRight;
    private int otherRight;

    Comparison(Path exported, RunnableModel original, RunnableModel other) {
      this.exported = exported;
      this.original = original;
      this.other = other;
    }

    void add(RgbImage picture, int label) {
      if (count == originalMillis.length) {
        originalMillis = Arrays.copyOf(originalMillis, 2 * count);
        otherMillis = Arrays.copyOf(otherMillis, 2 * count);
      }
      long start = System.nanoTime();
      Outputs mine = original.run(picture);
      long between = System.nanoTime();
      Outputs theirs = other.run(picture);
      otherMillis[count] = (System.nanoTime() - between) / 1e6;
      originalMillis[count] = (between - start) / 1e6;
      count++;
      if (mine.probabilities().length != theirs.probabilities().length
          || mine.logits().length != theirs.logits().length) {
        throw new ExportException(
            Text.of(
                "%s: it has %s, the model %d; it was made of another model",
                exported,
                Text.count(theirs.probabilities().length, "class"),
                mine.probabilities().length));
      }
      hasLogits = mine.logits().length > 0;
      logitDifference = Math.max(logitDifference, difference(mine.logits(), theirs.logits()));
      probabilityDifference =
          Math.max(probabilityDifference, difference(mine.probabilities(), theirs.probabilities()));
      equal += mine.predicted() == theirs.predicted() ? 1 : 0;
      originalRight += mine.predicted() == label ? 1 : 0;
      otherRight += theirs.predicted() == label ? 1 : 0;
    }

    /** The largest; as large as can be where a value is not a number. */
    private static double difference(float[] a, float[] b) {
      double largest = 0;
      for (int i = 0; i < a.length; i++) {
        double difference = Math.abs((double) a[i] - b[i]);
        largest = Math.max(largest, Double.isNaN(difference) ? Double.MAX_VALUE : difference);
      }
      return largest;
    }

    Verification result(int pictures, String type, boolean labelled) {
      if (count == 0) {
        throw new ExportException(
            Text.of("not one of %s could be read", Text.count(pictures, "picture")));
      }
      return new Verification(
          count,
          pictures - count,
          type,
          hasLogits ? OptionalDouble.of(logitDifference) : OptionalDouble.empty(),
          probabilityDifference,
          equal,
          labelled
              ? Optional.of(new Verification.Right(originalRight, otherRight))
              : Optional.empty(),
          median(originalMillis),
          median(otherMillis));
    }

    private double median(double[] millis) {
      double[] sorted = Arrays.copyOf(millis, count);
      Arrays.sort(sorted);
      return sorted[count / 2];
    }
  }
}
