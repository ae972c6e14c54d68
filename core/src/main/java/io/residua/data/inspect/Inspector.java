package io.residua.data.inspect;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.inspect.internal.Division;
import io.residua.data.inspect.internal.Findings;
import io.residua.data.inspect.internal.NearDuplicates;
import io.residua.data.inspect.internal.PictureScan;
import io.residua.data.inspect.internal.Thumbnail;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.data.internal.SplitSize;
import io.residua.image.ImageDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The data doctor: reads every picture of a set once and reports what the set is made of and what
 * is wrong with it. Uses all processors; keeps about 3 kB a picture.
 */
public final class Inspector {
  private Inspector() {}

  /**
   * Looks through a set.
   *
   * @param nearDuplicates whether to search for pictures that are alike without being equal, which
   *     takes most of the time for large sets
   */
  public static Inspection inspect(OpenedData data, boolean nearDuplicates, Progress progress) {
    requireNonNull(data, "data");
    requireNonNull(progress, "progress");
    List<Sample> samples = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    data.parts()
        .forEach(
            (part, set) -> {
              samples.addAll(set.samples());
              set.samples().forEach(s -> parts.add(part));
            });
    PictureScan[] scans = scan(samples, nearDuplicates, progress);
    Findings findings = new Findings(samples, parts, data.classes());
    for (Path path : data.leftOut()) {
      findings.notAPicture(data.root().relativize(path).toString().replace('\\', '/'));
    }
    findings.ofPictures(scans);
    boolean[] repeated = findings.equalPictures(scans);
    if (nearDuplicates) {
      @Nullable Thumbnail[] thumbnails = new Thumbnail[scans.length];
      for (int i = 0; i < scans.length; i++) {
        boolean says = scans[i].deviation() >= Findings.BLANK_DEVIATION && !repeated[i];
        thumbnails[i] = says ? scans[i].thumbnail() : null;
      }
      for (NearDuplicates.Pair pair : NearDuplicates.find(thumbnails, progress)) {
        if (!scans[pair.first()].pixelHash().equals(scans[pair.second()].pixelHash())) {
          findings.nearPair(pair);
        }
      }
    }
    Map<Part, int[]> counts = new EnumMap<>(Part.class);
    data.parts().forEach((part, set) -> counts.put(part, set.countsByClass()));
    return new Inspection(
        data.root().toString(),
        data.classes(),
        counts,
        samples.size(),
        sizes(scans),
        count(scans, true),
        count(scans, false),
        channels(scans, parts),
        findings.sorted(),
        findings.quarantine());
  }

  /**
   * Divides a set into train, validation and test, stratified by class, so that pictures that show
   * the same, or are named as copies, lie in one part. Training follows the division when it is
   * written to a file.
   *
   * @param validation share of what there is to divide, above 0 and below 1
   * @param test the same, or 0 for no test part
   * @param anew whether all pictures are divided; else parts that the set has stay as they are
   * @return every picture's part; those that can't be read are left out, which is told
   * @throws io.residua.data.DataException with one line, if a class can't be divided so
   */
  public static Manifest divide(
      OpenedData data, double validation, double test, long seed, boolean anew, Progress progress) {
    requireNonNull(data, "data");
    requireNonNull(progress, "progress");
    return Division.of(
            data,
            TrainingCheck.USUAL,
            SplitSize.fraction(validation),
            test == 0 ? SplitSize.none() : SplitSize.fraction(test),
            seed,
            anew,
            progress)
        .manifest(progress);
  }

  private static PictureScan[] scan(List<Sample> samples, boolean thumbnails, Progress progress) {
    ImageDecoder decoder = new ImageDecoder();
    PictureScan[] scans = new PictureScan[samples.size()];
    try (Progress.Task task = progress.start("reading pictures", scans.length, "pictures")) {
      IntStream.range(0, scans.length)
          .parallel()
          .forEach(
              i -> {
                scans[i] = PictureScan.of(samples.get(i), decoder, thumbnails);
                task.advance(1);
              });
    }
    return scans;
  }

  private static Inspection.Sizes sizes(PictureScan[] scans) {
    List<PictureScan> read = Arrays.stream(scans).filter(s -> s.error() == null).toList();
    if (read.isEmpty()) {
      return new Inspection.Sizes(0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    int[] widths = sorted(read, PictureScan::width);
    int[] heights = sorted(read, PictureScan::height);
    double[] aspects =
        read.stream().mapToDouble(s -> (double) s.width() / s.height()).sorted().toArray();
    Set<Long> distinct = new HashSet<>();
    read.forEach(s -> distinct.add((long) s.width() << 32 | s.height()));
    int last = read.size() - 1;
    return new Inspection.Sizes(
        widths[0],
        widths[read.size() / 2],
        widths[last],
        heights[0],
        heights[read.size() / 2],
        heights[last],
        aspects[0],
        aspects[last],
        distinct.size());
  }

  private static int[] sorted(List<PictureScan> scans, ToIntFunction<PictureScan> value) {
    return scans.stream().mapToInt(value).sorted().toArray();
  }

  private static Map<String, Integer> count(PictureScan[] scans, boolean format) {
    Map<String, Integer> counts = new TreeMap<>();
    for (PictureScan scan : scans) {
      if (scan.error() == null) {
        counts.merge(format ? scan.facts().format() : scan.facts().mode(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static Inspection.Channels channels(PictureScan[] scans, List<Part> parts) {
    double[] sums = new double[6];
    double pixels = 0;
    boolean all = !parts.contains(Part.TRAIN);
    for (int i = 0; i < scans.length; i++) {
      if (all || parts.get(i) == Part.TRAIN) {
        for (int k = 0; k < 6; k++) {
          sums[k] += scans[i].sums()[k];
        }
        pixels += (double) scans[i].width() * scans[i].height();
      }
    }
    double[] mean = new double[3];
    double[] deviation = new double[3];
    for (int c = 0; c < 3 && pixels > 0; c++) {
      double m = sums[c] / pixels;
      mean[c] = m / 255;
      deviation[c] = Math.sqrt(Math.max(0, sums[3 + c] / pixels - m * m)) / 255;
    }
    return new Inspection.Channels(mean, deviation);
  }
}
