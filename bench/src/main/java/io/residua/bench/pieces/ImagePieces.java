package io.residua.bench.pieces;

import io.residua.bench.PictureFolder;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a JPEG of 500x375 pixels to a network's input of 224x224, one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ImagePieces {
  private final ImageDecoder decoder = new ImageDecoder();
  private final Preprocessing preprocessing = Preprocessing.preset("torchvision");
  private final float[] input = new float[preprocessing.inputSize()];
  private List<byte[]> files = List.of();
  private List<RgbImage> pictures = List.of();
  private List<RgbImage> prepared = List.of();
  private int next;

  /** Makes the pictures: photos from the shared test data where it is, else rendered ones. */
  @Setup
  public void pictures() throws IOException {
    Path shared = Path.of(System.getProperty("residua.shared", "../shared"));
    files = PictureFolder.different(shared.resolve("data/hymenoptera"));
    pictures = files.stream().map(f -> decoder.decode(f, "picture")).toList();
    prepared = pictures.stream().map(preprocessing::prepare).toList();
  }

  private <T> T turn(List<T> all) {
    next = (next + 1) % all.size();
    return all.get(next);
  }

  /** JPEG bytes to RGB. */
  @Benchmark
  public RgbImage decode() {
    return decoder.decode(turn(files), "picture");
  }

  /** The whole picture to 224x224. */
  @Benchmark
  public RgbImage resize() {
    return Resampling.resize(turn(pictures), 224, 224, Interpolation.BILINEAR);
  }

  /** Shorter side to 256, centre 224. */
  @Benchmark
  public RgbImage resizeAndCrop() {
    return preprocessing.prepare(turn(pictures));
  }

  /** 224x224 RGB to standardised floats. */
  @Benchmark
  public float[] normalise() {
    preprocessing.normalise(turn(prepared), input, 0);
    return input;
  }

  /** All of it: JPEG bytes to the network's input. */
  @Benchmark
  public float[] jpegToInput() {
    preprocessing.apply(decoder.decode(turn(files), "picture"), input, 0);
    return input;
  }
}
