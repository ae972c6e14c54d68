package io.residua.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.AtomicFiles;
import io.residua.Build;
import io.residua.DiskReservation;
import io.residua.ResiduaException;
import io.residua.data.DataSplits;
import io.residua.eval.Evaluation;
import io.residua.eval.TemperatureScaling;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.run.History;
import io.residua.run.HistoryCharts;
import io.residua.run.RunFolder;
import io.residua.weights.WeightMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** What is in {@code metrics.json}; the test part is left out where it is null. */
  static ObjectNode metrics(
      DataSplits splits,
      NetworkTraining.Outcome outcome,
      @Nullable Evaluation test,
      FreezePlan plan,
      String selectedOn,
      List<String> warnings) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("selected_on", selectedOn);
    json.put("best_epoch", outcome.bestEpoch());
    json.put("epochs", outcome.history().size());
    outcome.failure().ifPresent(how -> json.put("failure", how));
    part(json, "train", outcome.train(), splits.training().trainOrigin());
    part(json, "val", outcome.validation(), splits.training().validationOrigin());
    if (test != null) {
      part(json, "test", test, splits.test().orElseThrow().origin());
    }
    TemperatureScaling.toJson(outcome.validation(), Optional.ofNullable(test))
        .ifPresent(scaling -> json.set("temperature_scaling", scaling));
    json.put("parameters", plan.parameters());
    json.put("trainable_parameters", plan.trained());
    warnings.forEach(json.putArray("warnings")::add);
    return json;
  }

  private static void part(ObjectNode json, String name, Evaluation evaluation, String origin) {
    ObjectNode part = evaluation.toJson();
    part.put("origin", origin);
    json.set(name, part);
  }

  /** Writes models, history and metrics. */
  void write(
      ModelSpec spec, NetworkTraining.Outcome outcome, ObjectNode metrics, ObjectNode provenance) {
    outcome
        .last()
        .ifPresent(
            weights ->
                new ModelFile(
                        spec,
                        weights,
                        JsonNodeFactory.instance.objectNode(),
                        Build.undated(provenance))
                    .write(last));
    last.close();
    small.close();
    History history = new History(outcome.history());
    AtomicFiles.write(folder.history(), history.csv());
    AtomicFiles.write(folder.chart("loss"), HistoryCharts.loss(history).alone());
    AtomicFiles.write(folder.chart("accuracy"), HistoryCharts.accuracy(history).alone());
    AtomicFiles.write(folder.chart("learning_rate"), HistoryCharts.learningRate(history).alone());
    ObjectNode written = metrics.deepCopy();
    written.set("provenance", provenance);
    AtomicFiles.write(folder.metrics(), pretty(written));
    new ModelFile(spec, outcome.best(), metrics, provenance).write(model);
  }

  /** Gives back what was not used. */
  @Override
  public void close() {
    model.close();
    last.close();
    small.close();
  }

  private static String pretty(ObjectNode json) {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json)
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
