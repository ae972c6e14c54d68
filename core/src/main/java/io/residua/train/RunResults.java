package io.residua.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.AtomicFiles;
import io.residua.data.DataSplits;
import io.residua.eval.Evaluation;
import io.residua.eval.TemperatureScaling;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run writes at its end. */
final class RunResults {
  private RunResults() {}

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
  static void write(
      Path folder,
      ModelSpec spec,
      NetworkTraining.Outcome outcome,
      ObjectNode metrics,
      ObjectNode provenance) {
    outcome
        .last()
        .ifPresent(
            last ->
                new ModelFile(
                        spec, last, JsonNodeFactory.instance.objectNode(), provenance.deepCopy())
                    .write(folder.resolve(RunFolder.LAST)));
    AtomicFiles.write(folder.resolve(RunFolder.HISTORY), EpochRecord.csv(outcome.history()));
    List<EpochRecord> history = outcome.history();
    AtomicFiles.write(folder.resolve(RunFolder.LOSS_PLOT), HistoryPlots.loss(history).svg());
    AtomicFiles.write(
        folder.resolve(RunFolder.ACCURACY_PLOT), HistoryPlots.accuracy(history).svg());
    AtomicFiles.write(
        folder.resolve(RunFolder.LEARNING_RATE_PLOT), HistoryPlots.learningRate(history).svg());
    ObjectNode written = metrics.deepCopy();
    written.set("provenance", provenance);
    AtomicFiles.write(folder.resolve(RunFolder.METRICS), pretty(written));
    new ModelFile(spec, outcome.best(), metrics, provenance).write(folder.resolve(RunFolder.MODEL));
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
