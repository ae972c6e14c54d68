package io.residua.report.internal;

import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The pictures of a run's parts, found in the data set that it was trained on. */
final class RunPictures {
  private final Manifest manifest;
  private final OpenedData data;
  private final Map<String, Sample> byName = new HashMap<>();

  RunPictures(Manifest manifest, OpenedData data) {
    this.manifest = manifest;
    this.data = data;
    data.all().samples().forEach(sample -> byName.put(sample.name(), sample));
  }

  /**
   * The pictures of a part.
   *
   * @param checked whether their content must be what it was when the run was made
   * @throws ReportException naming the picture that is missing, has another class or other content
   */
  ImageDataset of(Part part, boolean checked) {
    List<Sample> samples = new ArrayList<>();
    List<Manifest.Entry> entries =
        manifest.entries().stream().filter(e -> e.split() == part).toList();
    for (Manifest.Entry entry : entries) {
      Sample sample = byName.get(entry.path());
      if (sample == null) {
        throw new ReportException(
            Text.of(
                "%s: '%s', which the run used, is missing; give the data set it was trained on",
                data.root(), entry.path()));
      }
      String label = data.classes().get(sample.label());
      if (!label.equals(entry.label())) {
        throw new ReportException(
            Text.of(
                "%s: is '%s' here but was '%s' in the run", sample.path(), label, entry.label()));
      }
      samples.add(sample);
    }
    if (checked) {
      List<String> wanted = entries.stream().map(Manifest.Entry::sha256).toList();
      IntStream.range(0, samples.size())
          .parallel()
          .forEach(i -> requireSame(samples.get(i), wanted.get(i)));
    }
    return new ImageDataset(data.classes(), samples);
  }

  private static void requireSame(Sample sample, String sha256) {
    try {
      if (!sample.source().sha256().equals(sha256)) {
        throw new ReportException(
            sample.path() + ": has changed since the run was made (other content)");
      }
    } catch (IOException e) {
      throw new ReportException(sample.path() + ": cannot be read: " + IoReasons.of(e), e);
    }
  }
}
