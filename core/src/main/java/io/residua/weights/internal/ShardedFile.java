package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.internal.IoReasons;
import io.residua.internal.StrictJson;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Weights in several files, as Hugging Face's libraries save large ones: an index, {@code
 * model.safetensors.index.json} or {@code pytorch_model.bin.index.json}, whose {@code weight_map}
 * says of each tensor in which of the shards beside it, such as {@code
 * model-00001-of-00002.safetensors}, it lies (<a
 * href="https://huggingface.co/docs/transformers/big_models">the format</a>). Shards are opened as
 * {@link FilesBeside} are.
 */
final class ShardedFile implements WeightFile {
  /** How the name of an index ends. */
  static final String SUFFIX = ".index.json";

  private static final int MOST_JSON_BYTES = 16 << 20;
  private static final int MOST_SHARDS = 1_000;
  private static final Pattern SHARD = Pattern.compile("(.*)-[0-9]{5}-of-[0-9]{5}(\\.[a-z]+)");

  private final Path index;
  private final long sizeBytes;
  private final Format format;
  private final Map<String, WeightFile> shardOf;
  private final Map<String, String> metadata;

  private ShardedFile(
      Path index,
      long sizeBytes,
      Format format,
      Map<String, WeightFile> shardOf,
      Map<String, String> metadata) {
    this.index = index;
    this.sizeBytes = sizeBytes;
    this.format = format;
    this.shardOf = Collections.unmodifiableMap(shardOf);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens an index and all its shards.
   *
   * @throws WeightsException naming the shard, if one cannot be read
   */
  static WeightFile read(Path index) throws IOException, BadWeights {
    long bytes = Files.size(index);
    if (bytes > MOST_JSON_BYTES) {
      throw new BadWeights(Text.of("it is larger than %,d bytes", MOST_JSON_BYTES));
    }
    JsonNode json = json(index);
    JsonNode places = json.path("weight_map");
    if (!places.isObject() || places.isEmpty()) {
      throw new BadWeights("it is no index of weights in several files (it has no weight_map)");
    }
    Map<String, WeightFile> shards = new LinkedHashMap<>();
    Map<String, WeightFile> shardOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> place : places.properties()) {
      String name = place.getKey();
      if (!place.getValue().isTextual()) {
        throw new BadWeights(Text.of("%s lies in none of its files", OneLine.quoted(name)));
      }
      String shard = place.getValue().textValue();
      WeightFile file = shards.get(shard);
      if (file == null) {
        file = open(index, shard, shards.size());
        shards.put(shard, file);
      }
      if (!file.names().contains(name)) {
        throw new BadWeights(
            Text.of(
                "its file %s has no tensor %s; one of both is of another download",
                OneLine.quoted(shard), OneLine.quoted(name)));
      }
      shardOf.put(name, file);
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    json.path("metadata")
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isValueNode()) {
                metadata.put(entry.getKey(), entry.getValue().asText());
              }
            });
    metadata.put("shards", Integer.toString(shards.size()));
    long all = bytes + shards.values().stream().mapToLong(WeightFile::sizeBytes).sum();
    Format format = shards.values().iterator().next().format();
    return new ShardedFile(index, all, format, shardOf, metadata);
  }

  private static JsonNode json(Path index) throws IOException, BadWeights {
    try {
      return StrictJson.parse(new String(Files.readAllBytes(index), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new BadWeights("it " + e.getMessage());
    }
  }

  private static WeightFile open(Path index, String shard, int opened)
      throws IOException, BadWeights {
    if (opened == MOST_SHARDS) {
      throw new BadWeights(Text.of("its weights lie in more than %,d files", MOST_SHARDS));
    } else if (shard.endsWith(SUFFIX)) {
      throw new BadWeights(Text.of("its file %s is another index", OneLine.quoted(shard)));
    }
    Path real;
    try {
      real =
          FilesBeside.find(index, shard)
              .orElseThrow(
                  () ->
                      new BadWeights(
                          Text.of(
                              "its file %s lies outside its own folder, where nothing is read",
                              OneLine.quoted(shard))));
    } catch (NoSuchFileException e) {
      throw new BadWeights(
          Text.of(
              "its file %s is not beside it; fetch the whole folder again", OneLine.quoted(shard)));
    } catch (IOException e) {
      throw new BadWeights(Text.of("its file %s: %s", OneLine.quoted(shard), IoReasons.of(e)));
    }
    WeightFile file = WeightFormats.openSingle(real);
    if (file.format() != Format.SAFETENSORS && file.format() != Format.TORCH) {
      throw new BadWeights(
          Text.of(
              "its file %s is one of %s; shards are read of safetensors and PyTorch",
              OneLine.quoted(shard), file.format().label()));
    }
    return file;
  }

  /** That a file is one of several shards, if it is called like one and has an index beside it. */
  static Optional<String> whyUnknown(WeightFile file) {
    Path name = file.path().getFileName();
    return Optional.ofNullable(name)
        .map(n -> SHARD.matcher(n.toString()))
        .filter(m -> m.matches())
        .map(m -> m.group(1) + m.group(2) + SUFFIX)
        .filter(index -> Files.isRegularFile(file.path().resolveSibling(index)))
        .map(
            index ->
                Text.of(
                    "it is one of several files of a network; give the folder or %s",
                    OneLine.quoted(index)));
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public Format format() {
    return format;
  }

  @Override
  public Set<String> names() {
    return shardOf.keySet();
  }

  @Override
  public DType dtype(String name) {
    return shard(name).dtype(name);
  }

  @Override
  public List<Integer> shape(String name) {
    return shard(name).shape(name);
  }

  @Override
  public FloatTensor floats(String name) {
    return shard(name).floats(name);
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  private WeightFile shard(String name) {
    WeightFile shard = shardOf.get(name);
    if (shard == null) {
      throw new WeightsException(Text.of("%s has no tensor %s", index, OneLine.quoted(name)));
    }
    return shard;
  }
}
