package io.residua.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.UsageException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.internal.Text;
import io.residua.model.ModelException;
import io.residua.model.internal.FeatureNetwork;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Features of labelled pictures, and what they were computed with. A file of them is safetensors:
 * {@code features} (n × d), {@code labels} (n), and the rest in its metadata.
 *
 * @param values n × d
 * @param rows what each row is about
 * @param classes names of the classes
 * @param network what computed them
 * @param provenance data and how it was computed
 */
public record Features(
    FloatTensor values,
    List<Row> rows,
    List<String> classes,
    FeatureNetwork network,
    ObjectNode provenance) {
  private static final String FORMAT = "residua_features";
  private static final String VERSION = "1";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One picture.
   *
   * @param name what it is called within its data set
   * @param label index of its class
   * @param part the part that the data set's layout gives it
   * @param sha256 of the picture, as {@link PictureSource#sha256}
   */
  public record Row(String name, int label, Part part, String sha256) {}

  public Features {
    rows = List.copyOf(rows);
    classes = List.copyOf(classes);
    if (values.shape().size() != 2 || values.shape().get(0) != rows.size()) {
      throw new IllegalArgumentException(
          Text.of("features of shape %s for %d pictures", values.shape(), rows.size()));
    }
    for (Row row : rows) {
      if (row.label() < 0 || row.label() >= classes.size()) {
        throw new IllegalArgumentException(
            Text.of("%s has label %d of %d classes", row.name(), row.label(), classes.size()));
      }
    }
  }

  /** How many features a picture has. */
  public int width() {
    return values.shape().get(1);
  }

  /** A copy of a picture's features. */
  public float[] row(int index) {
    float[] row = new float[width()];
    values.data().get(index * width(), row);
    return row;
  }

  /**
   * The pictures as a data set, to be divided; their files are not needed.
   *
   * @param root what messages call it
   */
  public OpenedData asData(Path root) {
    Map<Part, List<Sample>> parts = new EnumMap<>(Part.class);
    for (Row row : rows) {
      Sample sample = new Sample(new PictureFile(Path.of(row.name())), row.name(), row.label());
      parts.computeIfAbsent(row.part(), part -> new ArrayList<>()).add(sample);
    }
    Map<Part, ImageDataset> sets = new EnumMap<>(Part.class);
    parts.forEach((part, samples) -> sets.put(part, new ImageDataset(classes, samples)));
    return new OpenedData(root, classes, sets, List.of());
  }

  /** Whether that is a file of features. */
  public static boolean isFile(Path path) {
    return Files.isRegularFile(path)
        && path.toString().endsWith(".safetensors")
        && SafetensorsFile.open(path).metadata().containsKey(FORMAT);
  }

  /**
   * Writes them; the file appears whole or not at all.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  public void write(Path file) {
    float[] labels = new float[rows.size()];
    ArrayNode pictures = JSON.createArrayNode();
    for (int i = 0; i < labels.length; i++) {
      Row row = rows.get(i);
      labels[i] = row.label();
      pictures.addArray().add(row.name()).add(row.part().label()).add(row.sha256());
    }
    ArrayNode names = JSON.createArrayNode();
    classes.forEach(names::add);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    tensors.put("features", values);
    tensors.put("labels", new FloatTensor(List.of(labels.length), FloatBuffer.wrap(labels)));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, VERSION);
    metadata.put("network", network.toJson().toString());
    metadata.put("classes", names.toString());
    metadata.put("pictures", pictures.toString());
    metadata.put("provenance", provenance.toString());
    Safetensors.write(file, new WeightMap(tensors), metadata);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ModelException naming the file, if it holds no features or is damaged
   * @throws io.residua.ResiduaException if it is no intact safetensors file, or holds values that
   *     are no numbers
   */
  public static Features read(Path file) {
    SafetensorsFile opened = SafetensorsFile.open(file);
    Map<String, String> metadata = opened.metadata();
    if (!VERSION.equals(metadata.get(FORMAT))) {
      throw new ModelException(
          file
              + (metadata.containsKey(FORMAT)
                  ? ": features of another format than " + VERSION
                  : ": holds no features ('residua features' makes such files)"));
    }
    if (!opened.names().containsAll(Set.of("features", "labels"))) {
      throw new ModelException(file + ": has no features or no labels");
    }
    try {
      FloatTensor values = opened.weights().requireNumbers(file.toString()).get("features");
      float[] labels = opened.floats("labels").toArray();
      List<String> classes = new ArrayList<>();
      json(metadata, "classes").forEach(name -> classes.add(name.asText()));
      JsonNode pictures = json(metadata, "pictures");
      if (pictures.size() != labels.length) {
        throw new IllegalArgumentException(
            Text.of("%d labels for %d pictures", labels.length, pictures.size()));
      }
      Set<String> names = new TreeSet<>();
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < labels.length; i++) {
        JsonNode picture = pictures.get(i);
        String name = picture.path(0).asText();
        if (Path.of(name).toString().isEmpty()
            || !names.add(name)
            || labels[i] != (int) labels[i]) {
          throw new IllegalArgumentException(Text.of("its picture %d is damaged", i));
        }
        rows.add(new Row(name, (int) labels[i], part(picture.path(1)), picture.path(2).asText()));
      }
      if (!(json(metadata, "provenance") instanceof ObjectNode provenance)) {
        throw new IllegalArgumentException("its 'provenance' is damaged");
      }
      return new Features(
          values, rows, classes, FeatureNetwork.parse(json(metadata, "network")), provenance);
    } catch (UsageException | IllegalArgumentException e) {
      throw new ModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static Part part(JsonNode text) {
    for (Part part : Part.values()) {
      if (part.label().equals(text.asText())) {
        return part;
      }
    }
    throw new IllegalArgumentException(Text.of("'%s' is no part of a data set", text.asText()));
  }

  private static JsonNode json(Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new IllegalArgumentException(Text.of("it has no '%s'", key));
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(Text.of("its '%s' is not JSON", key), e);
    }
  }
}
