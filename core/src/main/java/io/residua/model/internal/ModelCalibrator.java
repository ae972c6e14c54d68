package io.residua.model.internal;

import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.data.internal.PictureList;
import io.residua.engine.internal.Calibration.Method;
import io.residua.engine.internal.Calibrator;
import io.residua.internal.Warnings;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Prepares models for int8. */
public final class ModelCalibrator {
  private ModelCalibrator() {}

  /**
   * Measures how large a model's activations get on typical pictures; {@link
   * ModelFile#with(io.residua.engine.internal.Calibration)} keeps the result in the model.
   *
   * @param pictures typical ones, such as the training pictures; not those that the model is
   *     measured on. One that can't be read is reported and left out
   * @param most how many of them to use, spread evenly over the list
   * @param method empty to take the one that loses less
   * @param source where the pictures come from, one line for people
   * @param threads how many compute, at least 1
   * @throws io.residua.ResiduaException with one line, if no picture could be read, activations are
   *     not finite, or this platform cannot compute in int8
   */
  public static Calibrator.Result calibrate(
      ModelFile model,
      List<? extends PictureSource> pictures,
      int most,
      Optional<Method> method,
      String source,
      int threads,
      Progress progress) {
    if (model.classic().isPresent()) {
      throw new ModelException("a classic classifier takes features in fp32 or bf16, not int8");
    }
    List<? extends PictureSource> chosen = Sample.evenly(pictures, most);
    PictureLoader loader = new PictureLoader(chosen, model.spec().preprocessing(), progress);
    return new Calibrator(model.spec().network(), model.weights(), model.spec().picture(), threads)
        .calibrate(loader, chosen.size(), method, source, progress);
  }

  /**
   * Pictures to calibrate by: a data set's train part, or all of it if it has none; else whatever
   * pictures lie there.
   *
   * @throws DataException with one line, if there are none
   */
  public static List<PictureSource> typical(Path data, DataReading reading, Progress progress) {
    OpenedData set;
    try {
      set = OpenedData.openPictures(data, reading);
    } catch (DataException noSet) {
      if (!Files.isDirectory(data)
          || OpenedData.holdsBinaries(data)
          || !reading.equals(DataReading.USUAL)) {
        throw noSet;
      }
      PictureList list = PictureList.of(List.of(data));
      list.warnings().forEach(line -> Warnings.tell(progress, line));
      return list.pictures().stream().<PictureSource>map(PictureSource.PictureFile::new).toList();
    }
    set.warnings().forEach(line -> Warnings.tell(progress, line));
    return Optional.ofNullable(set.parts().get(Part.TRAIN)).orElse(set.all()).samples().stream()
        .map(Sample::source)
        .toList();
  }
}
