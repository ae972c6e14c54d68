package io.residua.train.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.ResiduaException;
import io.residua.internal.AtomicFiles;
import io.residua.internal.DiskReservation;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.run.internal.History;
import io.residua.run.internal.HistoryCharts;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.weights.internal.WeightMap;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run writes at its end. The room for it is taken when the run begins, so that a disk that
 * fills in the meantime does not cost what was trained.
 */
final class RunResults implements AutoCloseable {
  /**
   * More than histories, plots and metrics take, and than a model's file has besides its weights.
   */
  private static final long SMALL_FILES_BYTES = 2L << 20;

  private final RunFolder folder;
  private final DiskReservation model;
  private final DiskReservation last;
  private final DiskReservation small;

  /**
   * Takes the room.
   *
   * @param folder of the run
   * @param weights as large as those that will be written
   * @throws io.residua.ResiduaException with one line, if there is not enough
   */
  RunResults(Path folder, WeightMap weights) {
    this.folder = new RunFolder(folder);
    long bytes =
        SMALL_FILES_BYTES
            + weights.asMap().values().stream()
                .mapToLong(tensor -> (long) tensor.data().remaining() * Float.BYTES)
                .sum();
    model = reserved(this.folder.model(), bytes, List.of());
    last = reserved(this.folder.last(), bytes, List.of(model));
    small = reserved(this.folder.metrics(), SMALL_FILES_BYTES, List.of(model, last));
  }

  /** Takes room for a file, or gives back what was taken. */
  private static DiskReservation reserved(Path file, long bytes, List<DiskReservation> taken) {
    try {
      return DiskReservation.of(file, bytes);
    } catch (ResiduaException e) {
      taken.forEach(DiskReservation::close);
      throw e;
    }
  }

  /** Writes models, history and metrics. */
  void write(ModelSpec spec, TrainingOutcome outcome, RunMetrics metrics, Provenance provenance) {
    outcome
        .last()
        .ifPresent(
            weights ->
                new ModelFile(
                        spec,
                        weights,
                        JsonNodeFactory.instance.objectNode(),
                        provenance.undated().json())
                    .write(last));
    last.close();
    small.close();
    History history = new History(outcome.history());
    AtomicFiles.write(folder.history(), history.csv());
    AtomicFiles.write(folder.chart("loss"), HistoryCharts.loss(history).alone());
    AtomicFiles.write(folder.chart("accuracy"), HistoryCharts.accuracy(history).alone());
    AtomicFiles.write(folder.chart("learning_rate"), HistoryCharts.learningRate(history).alone());
    metrics.write(folder.metrics());
    new ModelFile(spec, outcome.best().weights(), metrics.inModel(), provenance.json())
        .write(model);
  }

  /** Gives back what was not used. */
  @Override
  public void close() {
    model.close();
    last.close();
    small.close();
  }
}
