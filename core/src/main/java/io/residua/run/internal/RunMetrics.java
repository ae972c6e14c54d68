package io.residua.run.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.data.Part;
import io.residua.eval.internal.PartMetrics;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.internal.AtomicFiles;
import io.residua.internal.JsonRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to: its {@code metrics.json}, and without provenance and grid the metrics in its
 * model's file. What a run does not have is null: only trained networks have epochs, only fitted
 * classifiers have features.
 *
 * @param selectedOn what chose the model: {@code val}, {@code test}, {@code none}, or folds
 * @param bestEpoch the epoch that was kept, from 1
 * @param epochs how many were run
 * @param failure how the run diverged
 * @param scaler of features
 * @param features how many a picture has
 * @param supportVectors of a support vector machine
 * @param val of the validation part
 * @param testWithTrainingScaler the test part as the model answers it, where parts were scaled each
 *     by itself
 * @param trainableParameters how many of the parameters were trained
 * @param warnings that the run gave
 * @param seconds the run took
 * @param provenance where the model comes from
 */
public record RunMetrics(
    @Nullable String selectedOn,
    @Nullable Integer bestEpoch,
    @Nullable Integer epochs,
    @Nullable String failure,
    @Nullable String scaler,
    @Nullable Integer features,
    @Nullable Integer supportVectors,
    @Nullable PartMetrics train,
    @Nullable PartMetrics val,
    @Nullable PartMetrics test,
    @Nullable PartMetrics testWithTrainingScaler,
    @Nullable TemperatureEffect temperatureScaling,
    @Nullable Long parameters,
    @Nullable Long trainableParameters,
    @Nullable List<String> warnings,
    @Nullable GridMetrics gridSearch,
    @Nullable Double seconds,
    @Nullable ObjectNode provenance) {

  /**
   * Reads a run's {@code metrics.json}.
   *
   * @throws RunException naming the file, if it is damaged
   */
  public static RunMetrics read(Path file) {
    return RunFolder.json(file, RunMetrics.class);
  }

  /**
   * Metrics as a model's file has them.
   *
   * @throws IllegalArgumentException with one line, if they are damaged
   */
  public static RunMetrics of(JsonNode json) {
    return JsonRecords.read(json, RunMetrics.class);
  }

  /**
   * Writes them, whole or not at all.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  public void write(Path file) {
    AtomicFiles.write(file, JsonRecords.toText(this));
  }

  /** The metrics of a model's file. */
  public ObjectNode inModel() {
    return JsonRecords.toJson(with(seconds, null, null));
  }

  /** These metrics of a run that ended now. */
  public RunMetrics endedAfter(long nanos, Provenance from) {
    return with(nanos / 1_000_000 / 1e3, gridSearch, from.json());
  }

  private RunMetrics with(
      @Nullable Double took, @Nullable GridMetrics grid, @Nullable ObjectNode from) {
    return new RunMetrics(
        selectedOn,
        bestEpoch,
        epochs,
        failure,
        scaler,
        features,
        supportVectors,
        train,
        val,
        test,
        testWithTrainingScaler,
        temperatureScaling,
        parameters,
        trainableParameters,
        warnings,
        grid,
        took,
        from);
  }

  /** Where the model comes from. */
  public Provenance origin() {
    return provenance == null ? Provenance.unknown() : new Provenance(provenance);
  }

  /** What was measured on a part; empty if it was not. */
  public Optional<PartMetrics> part(Part part) {
    return Optional.ofNullable(
        switch (part) {
          case TRAIN -> train;
          case VALIDATION -> val;
          case TEST -> test;
          case ALL -> null;
        });
  }

  /** The part whose numbers tell most of new pictures: the test part, else the validation part. */
  public Optional<Part> headlinePart() {
    return Stream.of(Part.TEST, Part.VALIDATION, Part.TRAIN)
        .filter(part -> part(part).isPresent())
        .findFirst();
  }

  /** Whether the validation or the test part chose what was kept. */
  public boolean partChose() {
    return "val".equals(selectedOn) || "test".equals(selectedOn);
  }
}
