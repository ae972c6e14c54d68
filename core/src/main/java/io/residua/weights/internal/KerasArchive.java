package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.internal.OptionalLibrary;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keras 3's {@code .keras}: a zip archive with {@code model.weights.h5} and two JSON files. */
final class KerasArchive {
  private static final String WEIGHTS = "model.weights.h5";
  private static final String METADATA = "metadata.json";
  private static final String CONFIG = "config.json";

  private KerasArchive() {}

  static boolean isOne(Map<String, ByteBuffer> entries) {
    return entries.containsKey(WEIGHTS);
  }

  static WeightFile read(Path path, long size, Map<String, ByteBuffer> entries) throws BadWeights {
    ByteBuffer weights = entries.get(WEIGHTS);
    if (weights == null) {
      throw new BadWeights("it has no " + WEIGHTS);
    }
    ByteBuffer config = entries.get(CONFIG);
    String model =
        config == null ? "" : StandardCharsets.UTF_8.decode(config.duplicate()).toString();
    BadWeights.require(OptionalLibrary.HDF5);
    return KerasHdf5.read(path, weights, size, about(entries), model);
  }

  private static Map<String, String> about(Map<String, ByteBuffer> entries) throws BadWeights {
    Map<String, String> about = new LinkedHashMap<>();
    ByteBuffer json = entries.get(METADATA);
    if (json != null) {
      byte[] bytes = new byte[json.remaining()];
      json.duplicate().get(bytes);
      try {
        JsonNode version = new ObjectMapper().readTree(bytes).path("keras_version");
        if (version.isTextual()) {
          about.put("keras_version", OneLine.of(version.asText()));
        }
      } catch (IOException e) {
        throw new BadWeights(Text.of("its %s is damaged", METADATA));
      }
    }
    return about;
  }
}
