package io.residua.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.classic.internal.ClassicException;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.engine.internal.Calibration;
import io.residua.image.Preprocessing;
import io.residua.internal.DiskReservation;
import io.residua.internal.Text;
import io.residua.model.internal.CalibrationJson;
import io.residua.model.internal.ClassicPart;
import io.residua.model.internal.ModelFormat;
import io.residua.model.internal.PublishedModel;
import io.residua.nn.Head;
import io.residua.run.internal.RunFolder;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Coverage;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightFile;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A classifier in one file: safetensors with torchvision's parameter names, and in its metadata all
 * that is needed to use it and to know where it comes from, each as JSON text under one key: {@code
 * residua} (format version), {@code architecture}, {@code classes}, {@code preprocessing}, {@code
 * metrics}, {@code provenance}, and {@code calibration} and {@code classic} where there is one
 * ({@code docs/model-file.md}).
 *
 * @param spec what the classifier is
 * @param weights a value for each parameter of its network, memory-mapped where read from a file
 * @param metrics measured accuracies with n, interval and split; may be empty
 * @param provenance data, recipe, seed, versions; may be empty
 * @param calibration how large the network's activations get, which int8 needs
 * @param classic the fitted classifier that answers the network's features; empty where its outputs
 *     are logits
 */
public record ModelFile(
    ModelSpec spec,
    WeightMap weights,
    ObjectNode metrics,
    ObjectNode provenance,
    Optional<Calibration> calibration,
    Optional<ClassicPipeline> classic) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A model without calibration, whose network's outputs are logits. */
  public ModelFile(ModelSpec spec, WeightMap weights, ObjectNode metrics, ObjectNode provenance) {
    this(spec, weights, metrics, provenance, Optional.empty(), Optional.empty());
  }

  public ModelFile {
    if (classic.isPresent() != spec.features().isPresent()) {
      throw new IllegalArgumentException("a classic classifier needs features, and they need it");
    }
    classic.ifPresent(pipeline -> ClassicPart.check(pipeline, spec));
  }

  /** The same model, which can also compute in int8. */
  public ModelFile with(Calibration measured) {
    requireNonNull(measured, "measured");
    return new ModelFile(spec, weights, metrics, provenance, Optional.of(measured), classic);
  }

  /** The same model with pictures prepared in another way. */
  public ModelFile with(Preprocessing preprocessing) {
    requireNonNull(preprocessing, "preprocessing");
    return new ModelFile(
        spec.with(preprocessing), weights, metrics, provenance, calibration, classic);
  }

  /**
   * Opens a model file, published weights by their name in the catalogue, or a weight file of a
   * known network with its head, as {@link Classifier#open} does, but makes nothing ready to
   * compute.
   *
   * @throws ModelException with one line, if there is no such model or it can't be read
   */
  public static ModelFile open(String nameOrFile, WeightSource weights, Progress progress) {
    requireNonNull(nameOrFile, "nameOrFile");
    requireNonNull(weights, "weights");
    requireNonNull(progress, "progress");
    String meant = WeightSource.meant(nameOrFile);
    try {
      return open(meant, weights.locate(meant, progress), weights, progress);
    } catch (WeightsException e) {
      throw refused(e);
    }
  }

  /** The same, where the file was found already. */
  public static ModelFile open(String name, Path found, WeightSource weights, Progress progress) {
    requireNonNull(name, "name");
    requireNonNull(found, "found");
    requireNonNull(weights, "weights");
    requireNonNull(progress, "progress");
    try {
      WeightFile file = WeightFile.open(found);
      if (!(file instanceof SafetensorsFile own && isModel(own.metadata()))) {
        return PublishedModel.of(weights.load(name, file, progress), progress);
      }
      if (weights.prefix().isPresent()) {
        throw ResiduaException.about(
            "prefix",
            new ModelException(
                name + ": a model of Residua's has no prefixes; leave the prefix out"));
      }
      return read(own);
    } catch (WeightsException e) {
      throw refused(e);
    }
  }

  /** Whether the metadata of a safetensors file says that it is a model. */
  public static boolean isModel(Map<String, String> metadata) {
    requireNonNull(metadata, "metadata");
    return metadata.containsKey(ModelFormat.KEY);
  }

  /**
   * The model file that is meant: where a run's folder is given, the model in it, else the same.
   *
   * @throws ModelException if it is a folder without a model
   */
  public static Path of(Path fileOrRun) {
    requireNonNull(fileOrRun, "fileOrRun");
    if (!Files.isDirectory(fileOrRun)) {
      return fileOrRun;
    }
    Path inside = new RunFolder(fileOrRun).model();
    if (!Files.isRegularFile(inside)) {
      throw new ModelException(
          Text.of(
              "%s: a folder without %s; a model file or the folder of a finished run is needed",
              fileOrRun, RunFolder.MODEL));
    }
    return inside;
  }

  /**
   * Reads a model.
   *
   * @param fileOrRun a model file, or a run's folder with one in it
   * @throws ModelException with one line, if it is missing, no intact safetensors file or no model,
   *     of a later format than this Residua reads, lacks weights, or has weights that are no
   *     numbers
   */
  public static ModelFile read(Path fileOrRun) {
    requireNonNull(fileOrRun, "fileOrRun");
    Path file = of(fileOrRun);
    try {
      return read(SafetensorsFile.open(file));
    } catch (WeightsException e) {
      throw refused(e);
    }
  }

  /** The same of a file that is open already. */
  private static ModelFile read(SafetensorsFile file) {
    Path path = file.path();
    Map<String, String> metadata = file.metadata();
    if (!isModel(metadata)) {
      throw new ModelException(
          path + ": these are weights without classes and preprocessing, not a Residua model");
    }
    ModelFormat.check(path, metadata);
    try {
      ModelSpec spec = spec(path, metadata);
      Coverage coverage = Coverage.of(spec.network(), file);
      WeightMap tensors = file.weights().requireNumbers(path.toString());
      Optional<ClassicPipeline> classic = Optional.empty();
      if (spec.features().isPresent()) {
        coverage.requireExact(path.toString(), ClassicPart::isTensor);
        ObjectNode json = object(path, metadata, ClassicPart.KEY);
        classic = Optional.of(ClassicPipeline.fromTensors(tensors.asMap(), json));
        tensors = coverage.matching(tensors);
      } else {
        coverage.requireExact(path.toString());
      }
      return new ModelFile(
          spec,
          tensors,
          object(path, metadata, "metrics"),
          object(path, metadata, "provenance"),
          metadata.containsKey("calibration")
              ? Optional.of(CalibrationJson.parse(json(path, metadata, "calibration")))
              : Optional.empty(),
          classic);
    } catch (UsageException | ClassicException | IllegalArgumentException e) {
      throw refused(path, metadata, e);
    }
  }

  /**
   * What weights are as a model of Residua's, whose classes and preprocessing their file has: a
   * model file or an ONNX file made of one; empty where they are of another origin.
   *
   * @throws ModelException if the file's metadata are damaged
   */
  public static Optional<ModelSpec> specOf(LoadedWeights loaded) {
    return isModel(loaded.metadata())
        ? Optional.of(read(loaded.file()).spec())
        : isExported(loaded.metadata())
            ? Optional.of(spec(loaded.file(), loaded.metadata()))
            : Optional.empty();
  }

  /** Whether the metadata are of an ONNX file that Residua wrote. */
  public static boolean isExported(Map<String, String> metadata) {
    requireNonNull(metadata, "metadata");
    return "residua".equals(metadata.get("producer")) && metadata.containsKey("classes");
  }

  /**
   * What metadata say of a model: those of a model file, or of an ONNX file made of it.
   *
   * @throws ModelException if they are damaged
   */
  public static ModelSpec spec(Path path, Map<String, String> metadata) {
    requireNonNull(path, "path");
    requireNonNull(metadata, "metadata");
    ObjectNode architecture = object(path, metadata, "architecture");
    JsonNode classes = json(path, metadata, "classes");
    List<String> names = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (JsonNode c : classes) {
      names.add(text(path, c.get("name"), "classes"));
      if (c.has("id")) {
        ids.add(text(path, c.get("id"), "classes"));
      }
    }
    try {
      return new ModelSpec(
          text(path, architecture.get("name"), "architecture"),
          Head.parse(text(path, architecture.get("head"), "architecture")),
          names,
          ids,
          Preprocessing.fromJson(json(path, metadata, "preprocessing")),
          ClassicPart.layer(architecture));
    } catch (UsageException | IllegalArgumentException e) {
      throw refused(path, metadata, e);
    }
  }

  private static ModelException refused(WeightsException reason) {
    return new ModelException(String.valueOf(reason.getMessage()), reason);
  }

  private static ModelException refused(
      Path path, Map<String, String> metadata, RuntimeException reason) {
    return new ModelException(
        path + ": " + reason.getMessage() + ModelFormat.hint(metadata), reason);
  }

  private static String text(Path path, @Nullable JsonNode node, String key) {
    if (node == null || !node.isTextual()) {
      throw new ModelException(Text.of("%s: its '%s' is damaged", path, key));
    }
    return node.asText();
  }

  private static ObjectNode object(Path path, Map<String, String> metadata, String key) {
    if (json(path, metadata, key) instanceof ObjectNode object) {
      return object;
    }
    throw new ModelException(Text.of("%s: its '%s' is damaged", path, key));
  }

  private static JsonNode json(Path path, Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new ModelException(Text.of("%s: it has no '%s'", path, key));
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ModelException(Text.of("%s: its '%s' is not JSON", path, key), e);
    }
  }

  /**
   * What is known of the model besides its weights, as its file has it, JSON text by key: {@code
   * architecture}, {@code classes}, {@code preprocessing}, {@code metrics}, {@code provenance}.
   */
  public Map<String, String> description() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode architecture = nodes.objectNode();
    architecture.put("name", spec.architecture());
    architecture.put("head", spec.head().text());
    spec.features().ifPresent(layer -> ClassicPart.describe(layer, architecture));
    var classes = nodes.arrayNode();
    for (int i = 0; i < spec.classes().size(); i++) {
      ObjectNode c = classes.addObject().put("name", spec.classes().get(i));
      if (!spec.classIds().isEmpty()) {
        c.put("id", spec.classIds().get(i));
      }
    }
    Map<String, String> description = new LinkedHashMap<>();
    description.put("architecture", architecture.toString());
    description.put("classes", classes.toString());
    description.put("preprocessing", spec.preprocessing().toJson().toString());
    description.put("metrics", metrics.toString());
    description.put("provenance", provenance.toString());
    return description;
  }

  /** All metadata of the model's file: the description, calibration and what is no array. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>(description());
    metadata.put(ModelFormat.KEY, Integer.toString(ModelFormat.VERSION));
    calibration.ifPresent(c -> metadata.put("calibration", CalibrationJson.of(c).toString()));
    classic.ifPresent(pipeline -> metadata.put(ClassicPart.KEY, pipeline.toJson().toString()));
    return metadata;
  }

  /** All tensors of the model's file: the network's weights and a classic classifier's arrays. */
  public WeightMap tensors() {
    return classic
        .map(pipeline -> weights.with(new WeightMap(pipeline.toTensors())))
        .orElse(weights);
  }

  /**
   * Writes the model; the file appears whole or not at all.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  public void write(Path path) {
    requireNonNull(path, "path");
    Safetensors.write(path, tensors(), metadata());
  }

  /**
   * Writes the model into space that was reserved for it.
   *
   * @throws io.residua.ResiduaException naming the file, if writing fails
   */
  public void write(DiskReservation reserved) {
    Safetensors.write(reserved, tensors(), metadata());
  }
}
