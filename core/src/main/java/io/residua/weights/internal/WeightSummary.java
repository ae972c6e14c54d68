package io.residua.weights.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.JsonRecords;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a weight file holds.
 *
 * @param values number of values in all tensors
 * @param format for people
 * @param recognition the known network that the file is of
 * @param conflict why a file with a known network is not recognised, as {@link
 *     Recognition#conflict}
 * @param tensors in the order of the file
 */
public record WeightSummary(
    Path file,
    long sizeBytes,
    long values,
    String format,
    Optional<Recognition> recognition,
    Optional<String> conflict,
    Map<String, String> metadata,
    List<TensorSummary> tensors) {

  /**
   * A tensor and the statistics of its finite values; NaN where it has none, or its type is none
   * that {@linkplain DType#isComputed is computed from}.
   *
   * @param std population standard deviation
   * @param notFinite how many values are infinite or not a number
   */
  public record TensorSummary(
      String name,
      DType dtype,
      List<Integer> shape,
      double min,
      double max,
      double mean,
      double std,
      long notFinite) {}

  private record Json(
      String file,
      long bytes,
      long values,
      String format,
      @JsonInclude @Nullable String architecture,
      @JsonInclude @Nullable String prefix,
      List<String> notes,
      @JsonInclude @Nullable String preprocessing,
      @JsonInclude @Nullable String conflict,
      Map<String, String> metadata,
      List<JsonTensor> tensors) {}

  private record JsonTensor(
      String name,
      String type,
      List<Integer> shape,
      double min,
      double max,
      double mean,
      double std,
      long notFinite) {}

  /** This as JSON; the keys are stable. */
  public ObjectNode toJson() {
    return JsonRecords.toJson(
        new Json(
            file.toString(),
            sizeBytes,
            values,
            format,
            recognition.map(Recognition::architecture).orElse(null),
            recognition.map(Recognition::prefix).orElse(null),
            recognition.map(Recognition::notes).orElse(List.of()),
            recognition.map(r -> r.preprocessing().describe()).orElse(null),
            conflict.orElse(null),
            metadata,
            tensors.stream()
                .map(
                    t ->
                        new JsonTensor(
                            t.name(),
                            t.dtype().toString(),
                            t.shape(),
                            t.min(),
                            t.max(),
                            t.mean(),
                            t.std(),
                            t.notFinite()))
                .toList()));
  }

  /** Reads all values of a file once. */
  public static WeightSummary of(WeightFile file) {
    return of(file, Optional.empty());
  }

  /**
   * Reads all values of a file once.
   *
   * @param prefix of the network in it, as of {@link Recognition#of(WeightFile, Optional)}
   */
  public static WeightSummary of(WeightFile file, Optional<String> prefix) {
    List<TensorSummary> tensors = file.names().stream().map(name -> tensor(file, name)).toList();
    long values =
        tensors.stream()
            .mapToLong(
                t -> t.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
            .sum();
    Optional<Recognition> recognition = Recognition.of(file, prefix);
    return new WeightSummary(
        file.path(),
        file.sizeBytes(),
        values,
        file.format().label(),
        recognition,
        recognition.isPresent() ? Optional.empty() : Recognition.whyUnknown(file, prefix),
        file.metadata(),
        tensors);
  }

  private static TensorSummary tensor(WeightFile file, String name) {
    DType dtype = file.dtype(name);
    if (!dtype.isComputed()) {
      return new TensorSummary(
          name, dtype, file.shape(name), Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
    }
    FloatTensor tensor = file.floats(name);
    FloatBuffer data = tensor.data();
    double min = Double.NaN;
    double max = Double.NaN;
    long count = 0;
    double mean = 0;
    double squares = 0; // sum of squared deviations, updated as Welford (1962) does
    while (data.hasRemaining()) {
      float value = data.get();
      if (Float.isFinite(value)) {
        count++;
        double deviation = value - mean;
        mean += deviation / count;
        squares += deviation * (value - mean);
        min = count == 1 ? value : Math.min(min, value);
        max = count == 1 ? value : Math.max(max, value);
      }
    }
    return new TensorSummary(
        name,
        dtype,
        tensor.shape(),
        min,
        max,
        count == 0 ? Double.NaN : mean,
        count == 0 ? Double.NaN : Math.sqrt(squares / count),
        data.limit() - count);
  }
}
