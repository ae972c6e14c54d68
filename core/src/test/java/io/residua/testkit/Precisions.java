package io.residua.testkit;

import io.residua.engine.Precision;
import io.residua.engine.onednn.Natives;
import java.util.List;
import java.util.stream.Stream;

/**
 * The precisions that need no calibration and in which oneDNN computes on this machine, as sources
 * of parameters: what a processor does not compute is no case, so that it is not skipped either.
 */
public final class Precisions {
  private Precisions() {}

  /** From wide to narrow. */
  public static List<Precision> ofInference() {
    return of(false);
  }

  /** From wide to narrow. */
  public static List<Precision> ofTraining() {
    return of(true);
  }

  /** In which training loses the most digits. */
  public static Precision narrowestOfTraining() {
    List<Precision> all = ofTraining();
    return all.get(all.size() - 1);
  }

  private static List<Precision> of(boolean training) {
    return Stream.of(Precision.FP32, Precision.BF16)
        .filter(
            precision ->
                precision == Precision.FP32
                    || (Natives.available() && Natives.computes(precision, training)))
        .toList();
  }
}
