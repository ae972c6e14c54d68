package io.residua.bench.opencv;

import io.residua.bench.PictureFolder;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
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

/** The same JPEGs of 500x375 pixels as {@code ImagePieces.decode}, decoded by OpenCV. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OpenCvPieces {
  private List<byte[]> files = List.of();
  private int next;

  /** Makes the pictures and prints how far OpenCV's pixels are from ours. */
  @Setup
  public void pictures() throws IOException {
    Path shared = Path.of(System.getProperty("residua.shared", "../shared"));
    files = PictureFolder.different(shared.resolve("data/hymenoptera"));
    ImageDecoder decoder = new ImageDecoder();
    int largest = 0;
    int differing = 0;
    for (byte[] file : files) {
      int difference = difference(decoder.decode(file, "picture"), decoded(file));
      largest = Math.max(largest, difference);
      differing += difference > 0 ? 1 : 0;
    }
    System.out.print(
        Text.of(
            "%d of %d pictures differ from ours, by %d of 255 at most%n",
            differing, files.size(), largest));
  }

  private static int difference(RgbImage ours, RgbImage other) {
    int largest = 0;
    for (int i = 0; i < ours.rgb().length; i++) {
      largest = Math.max(largest, Math.abs((ours.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff)));
    }
    return largest;
  }

  /** JPEG bytes to RGB. */
  @Benchmark
  public RgbImage decode() {
    next = (next + 1) % files.size();
    return decoded(files.get(next));
  }

  private static RgbImage decoded(byte[] file) {
    try (BytePointer bytes = new BytePointer(file);
        Mat stored =
            new Mat(1, file.length, org.bytedeco.opencv.global.opencv_core.CV_8UC1, bytes);
        Mat image = opencv_imgcodecs.imdecode(stored, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
      byte[] rgb = new byte[3 * image.rows() * image.cols()];
      image.data().get(rgb);
      return new RgbImage(image.cols(), image.rows(), rgb);
    }
  }
}
