package io.residua.train.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Text;
import io.residua.run.EpochRecord;
import io.residua.train.TrainingException;
import io.residua.train.internal.TrainingState.Best;
import io.residua.train.internal.TrainingState.EpochSums;
import io.residua.train.internal.TrainingState.Score;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A {@link TrainingState} as a safetensors file: arrays as tensors {@code start/…}, {@code
 * weights/…}, {@code optimizer/…}, {@code average/…} and {@code best/…}, the rest as JSON in its
 * metadata, with a checksum of everything.
 */
final class CheckpointFile {
  private static final String STATE = "residua_checkpoint";
  private static final String CHECKSUM = "crc32c";
  private static final int VERSION = 1;
  private static final String START = "start/";
  private static final String WEIGHTS = "weights/";
  private static final String OPTIMIZER = "optimizer/";
  private static final String AVERAGE = "average/";
  private static final String BEST = "best/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Which run a state is of.
   *
   * @param recipe SHA-256 of its recipe
   * @param data SHA-256 of its pictures, their division and order
   * @param weights checksum of the weights it began with
   * @param compute what computed it
   */
  record RunId(String recipe, String data, String weights, String compute) {}

  /** What a file holds. */
  record Content(RunId run, TrainingState state) {}

  private CheckpointFile() {}

  /**
   * Writes a file, whole or not at all.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  static void write(Path file, Content content) {
    TrainingState state = content.state();
    Map<String, FloatTensor> all = new LinkedHashMap<>();
    if (state.start() != null) {
      put(all, START, state.start());
    }
    put(all, WEIGHTS, state.weights());
    put(all, OPTIMIZER, state.optimizer().moments());
    if (state.average() != null) {
      put(all, AVERAGE, state.average());
    }
    if (state.best() != null) {
      put(all, BEST, state.best().weights());
    }
    WeightMap tensors = new WeightMap(all);
    String json = json(content).toString();
    Safetensors.write(file, tensors, Map.of(STATE, json, CHECKSUM, checksum(json, tensors)));
  }

  /**
   * Reads a file into memory and checks it.
   *
   * @throws io.residua.ResiduaException naming the file, if it is missing or damaged, or holds
   *     values that are no numbers
   */
  static Content read(Path file) {
    SafetensorsFile stored = SafetensorsFile.open(file);
    String json = stored.metadata().get(STATE);
    if (json == null) {
      throw new TrainingException(Text.of("cannot read %s: it is no checkpoint", file));
    }
    Map<String, FloatTensor> all = new LinkedHashMap<>();
    for (String name : stored.names()) {
      FloatTensor mapped = stored.floats(name);
      all.put(name, new FloatTensor(mapped.shape(), FloatBuffer.wrap(mapped.toArray())));
    }
    WeightMap tensors = new WeightMap(all);
    if (!checksum(json, tensors).equals(stored.metadata().get(CHECKSUM))) {
      throw new TrainingException(
          Text.of("cannot read %s: it is damaged (its checksum is another)", file));
    }
    tensors.requireNumbers(file.toString());
    try {
      return content(JSON.readTree(json), tensors);
    } catch (JsonProcessingException e) {
      throw new TrainingException(Text.of("cannot read %s: it is damaged", file));
    } catch (VersionException e) {
      throw new TrainingException(
          Text.of(
              "cannot read %s: another version of Residua wrote it (format %s, this one reads %d)",
              file, e.getMessage(), VERSION));
    }
  }

  private static String checksum(String json, WeightMap tensors) {
    return new Crc32c().add(json).add(tensors).text();
  }

  private static void put(Map<String, FloatTensor> all, String prefix, WeightMap weights) {
    weights.asMap().forEach((name, tensor) -> all.put(prefix + name, tensor));
  }

  private static WeightMap under(String prefix, WeightMap all) {
    Map<String, FloatTensor> found = new LinkedHashMap<>();
    all.asMap()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), tensor);
              }
            });
    return new WeightMap(found);
  }

  private static ObjectNode json(Content content) {
    TrainingState s = content.state();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.putObject("run")
        .put("recipe_sha256", content.run().recipe())
        .put("data_sha256", content.run().data())
        .put("weights_crc32c", content.run().weights())
        .put("compute", content.run().compute());
    json.put("phase", s.phase());
    json.put("before", s.before());
    json.put("start", s.start() != null);
    json.put("epoch", s.epoch());
    json.put("steps", s.steps());
    json.put("optimizer_steps", s.optimizer().steps());
    json.put("layout", s.layout());
    json.put("averages", s.average() != null);
    if (s.best() != null) {
      json.putObject("best")
          .put("epoch", s.best().epoch())
          .put("loss", s.best().score().loss())
          .put("accuracy", s.best().score().accuracy());
    }
    s.schedule().forEach(json.putArray("schedule")::add);
    json.putObject("sums")
        .put("loss", s.sums().loss())
        .put("seen", s.sums().seen())
        .put("right", s.sums().right())
        .put("nanos", s.sums().nanos())
        .put("loading_nanos", s.sums().loadingNanos());
    ArrayNode history = json.putArray("history");
    for (EpochRecord e : s.history()) {
      ArrayNode values = history.addArray();
      Arrays.stream(e.values()).forEach(values::add);
    }
    return json;
  }

  private static Content content(JsonNode json, WeightMap tensors) throws VersionException {
    if (json.path("version").asInt() != VERSION) {
      throw new VersionException(json.path("version").asText());
    }
    JsonNode run = json.path("run");
    JsonNode sums = json.path("sums");
    JsonNode best = json.path("best");
    List<Double> schedule = new ArrayList<>();
    json.path("schedule").forEach(v -> schedule.add(v.asDouble()));
    List<EpochRecord> history = new ArrayList<>();
    for (JsonNode epoch : json.path("history")) {
      history.add(
          EpochRecord.of(
              IntStream.range(0, 9).mapToDouble(i -> epoch.path(i).asDouble()).toArray()));
    }
    return new Content(
        new RunId(
            run.path("recipe_sha256").asText(),
            run.path("data_sha256").asText(),
            run.path("weights_crc32c").asText(),
            run.path("compute").asText()),
        new TrainingState(
            json.path("phase").asInt(),
            json.path("before").asInt(),
            json.path("start").asBoolean() ? under(START, tensors) : null,
            json.path("epoch").asInt(),
            json.path("steps").asInt(),
            under(WEIGHTS, tensors),
            new Updater.State(json.path("optimizer_steps").asLong(), under(OPTIMIZER, tensors)),
            json.path("layout").asInt(),
            json.path("averages").asBoolean() ? under(AVERAGE, tensors) : null,
            best.isObject()
                ? new Best(
                    under(BEST, tensors),
                    best.path("epoch").asInt(),
                    new Score(best.path("loss").asDouble(), best.path("accuracy").asDouble()))
                : null,
            schedule,
            new EpochSums(
                sums.path("loss").asDouble(),
                sums.path("seen").asInt(),
                sums.path("right").asInt(),
                sums.path("nanos").asLong(),
                sums.path("loading_nanos").asLong()),
            history));
  }

  private static final class VersionException extends Exception {
    private static final long serialVersionUID = 1L;

    VersionException(String version) {
      super(version);
    }
  }
}
