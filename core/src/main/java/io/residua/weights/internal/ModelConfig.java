package io.residua.weights.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.UsageException;
import io.residua.image.Preprocessing;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code config.json} says of the weights beside it, as timm and Hugging Face's transformers
 * save both in one folder. It is believed: names and shapes of tensors alone do not tell a network
 * from one that computes otherwise with the same parameters, such as timm's {@code resnetblur50}
 * from {@code resnet50}.
 *
 * @param file the configuration's own
 * @param network what it calls the network
 * @param architecture the same network here, as {@link Architecture#named} knows it; empty where
 *     Residua does not have it
 * @param labels the classes' names; without any where it does not name them
 * @param preprocessing how pictures are prepared; empty where it does not say
 * @param otherTask why the network is no classifier that gives a picture one class, or empty
 */
public record ModelConfig(
    Path file,
    String network,
    Optional<String> architecture,
    Labels labels,
    Optional<Preprocessing> preprocessing,
    String otherTask) {
  static final String NAME = "config.json";
  private static final int MOST_BYTES = 16 << 20;
  private static final int DEEPEST = 50;
  private static final int MOST_FILES_LOOKED_AT = 10_000;

  /** As the two libraries call the weights to which a configuration belongs. */
  public static final List<String> THEIR_NAMES =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private static final Set<String> WEIGHT_FILES =
      Set.of("safetensors", "bin", "pth", "pt", "th", "tar", "h5", "keras", "onnx");

  /** Made where there is a configuration: most weights have none, and its library loads slowly. */
  private static final class Reader {
    static final ObjectMapper JSON =
        new ObjectMapper(
            JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                .build());
  }

  /**
   * The configuration that belongs to a weight file: beside it, and either the file has the name
   * that those libraries give it or it is the only weight file there. JSON of anything else is
   * none.
   *
   * @throws WeightsException naming the configuration, if it cannot be read or asks for something
   *     that is not done here
   */
  static Optional<ModelConfig> of(Path weights) {
    Path config = weights.resolveSibling(NAME);
    return Files.isRegularFile(config) && belongs(weights) ? read(config) : Optional.empty();
  }

  /** One line about a configuration that may be of another of the weight files beside it. */
  public static Optional<String> notBelieved(Path weights) {
    Path config = weights.resolveSibling(NAME);
    return Files.isRegularFile(config) && !belongs(weights) && read(config).isPresent()
        ? Optional.of(
            Text.of(
                "%s is not read, since there are several weight files beside it; to have it"
                    + " believed, call its weights model.safetensors",
                config))
        : Optional.empty();
  }

  private static boolean belongs(Path weights) {
    Path own = weights.getFileName();
    Path folder = weights.toAbsolutePath().getParent();
    if (THEIR_NAMES.contains(String.valueOf(own)) || folder == null) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      int seen = 0;
      for (Path file : files) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean other = !file.getFileName().equals(own);
        if (++seen > MOST_FILES_LOOKED_AT
            || other && WEIGHT_FILES.contains(name.substring(name.lastIndexOf('.') + 1))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new WeightsException(Text.of("cannot read %s: %s", folder, IoReasons.of(e)), e);
    }
  }

  private static Optional<ModelConfig> read(Path file) {
    JsonNode json = json(file);
    try {
      if (json.path("architecture").isTextual()) {
        return Optional.of(TimmConfig.of(file, json));
      } else if (json.path("model_type").isTextual()) {
        Path processor = file.resolveSibling("preprocessor_config.json");
        return Optional.of(
            TransformersConfig.of(
                file, json, Files.isRegularFile(processor) ? json(processor) : null));
      }
      return Optional.empty();
    } catch (UsageException | IllegalArgumentException e) {
      throw new WeightsException(Text.of("cannot use %s: %s", file, e.getMessage()), e);
    }
  }

  private static JsonNode json(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new WeightsException(
            Text.of("cannot read %s: it has more than %s bytes", file, MOST_BYTES));
      }
      @Nullable JsonNode json = Reader.JSON.readTree(bytes);
      return json == null ? Reader.JSON.missingNode() : json;
    } catch (IOException e) {
      throw new WeightsException(
          Text.of("cannot read %s, which lies beside the weights: %s", file, IoReasons.of(e)), e);
    }
  }

  /** A name of one of our networks, if it is one. */
  static Optional<String> known(String name) {
    return Architecture.names().contains(name) ? Optional.of(name) : Optional.empty();
  }
}
