package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFlowJsModelTest {

  @Test
  void tensorsCrossShards() {
    byte[] data = floats(1, 2, 3, 4, 5, 6, 7);
    Map<String, byte[]> shards =
        Map.of(
            "x", slice(data, 0, 3),
            "y", slice(data, 3, 14),
            "z", slice(data, 17, 11));
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    TensorFlowJsModel.read(
        "model",
        json(
            """
                {"weightsManifest":[{"paths":["x","y","z"],"weights":[
                  {"name":"k/kernel","shape":[2,3],"dtype":"float32"},
                  {"name":"s","shape":[],"dtype":"float32"}]}]}"""),
        shards::get,
        tensors::put);
    assertThat(tensors.keySet()).containsExactly("k/kernel", "s");
    assertThat(tensors.get("k/kernel").shape()).containsExactly(2, 3);
    assertThat(tensors.get("k/kernel").toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tensors.get("s").toArray()).containsExactly(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "nonsense|model.json is not JSON",
        "[]|model.json has no weightsManifest",
        "{'weightsManifest':[{'paths':['gone'],'weights':[]}]}|the shard 'gone' is missing",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[3],'dtype':'float32'}]}]}|'a' goes beyond the shards",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[1],'dtype':'float32'}]}]}|4 bytes belong to no tensor",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[2147483647,2147483647,2147483647,4],'dtype':'float32'}]}]}|'a' goes beyond",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[-2],'dtype':'float32'}]}]}|'a' has an impossible shape",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[2],'dtype':'int32'}]}]}|'a' is not stored as float32",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[2],'dtype':'float32','quantization':{'dtype':'uint8'}}]}]}|'a' is not stored as float32",
        "{'weightsManifest':[{'paths':['x'],'weights':[{'name':'a','shape':[1],'dtype':'float32'},{'name':'a','shape':[1],'dtype':'float32'}]}]}|'a' is there twice",
      })
  void badModelsAreNamed(String model, String reason) {
    Map<String, byte[]> shards = Map.of("x", new byte[8]);
    assertThatThrownBy(
            () ->
                TensorFlowJsModel.read(
                    "m.tgz", json(model.replace('\'', '"')), shards::get, (name, tensor) -> {}))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot read m.tgz: " + reason);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] slice(byte[] data, int from, int length) {
    return Arrays.copyOfRange(data, from, from + length);
  }
}
