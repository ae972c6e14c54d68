package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.internal.NpmClient;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.WeightSummary.TensorSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors of types that nothing is computed from, beside weights or as weights. */
class OtherTypesTest {
  private static final List<String> OTHERS =
      List.of("C64", "F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F8_E8M0", "F4");

  private static final String WHAT_HELPS =
      ", which nothing is computed from here; convert it to F32 or BF16 with the program that wrote"
          + " it";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"all.safetensors", "all.pt"})
  void aFileWithEveryTypeOpensAndTheKnownOnesAreRead(String name) {
    Path path = Fixtures.path("types/" + name);
    WeightFile file = WeightFile.open(path);
    boolean torch = name.endsWith(".pt");
    assertThat(file.names()).hasSize(torch ? 13 : 14).contains("U16", "U32", "U64", "BOOL");
    assertThat(file.floats("U16").data().get(1)).isEqualTo(0x0302);
    assertThat(file.floats("U64").data().get(0)).isEqualTo((float) 0x0706050403020100L);
    assertThat(file.floats("BOOL").toArray()).contains(0, 1);
    for (String type : OTHERS) {
      if (!(torch && type.equals("F4"))) {
        assertThat(file.dtype(type)).isEqualTo(DType.valueOf(type));
        assertThatThrownBy(() -> file.floats(type))
            .isInstanceOf(WeightsException.class)
            .hasMessage("cannot use %s: '%s' is of type %s%s", path, type, type, WHAT_HELPS);
      }
    }
    assertThat(file.shape("C64")).containsExactly(2, 3);
    assertThat(file.shape("F8_E8M0")).containsExactly(2, 24);
    assertThat(file.weights().names()).hasSize(7).doesNotContainAnyElementsOf(OTHERS);
  }

  @Test
  void valuesOfLessThanAByteAreCountedByTheirBits() throws IOException {
    WeightFile all = WeightFile.open(Fixtures.path("types/all.safetensors"));
    assertThat(all.shape("F4")).containsExactly(2, 48); // in 48 bytes
    Path six =
        SafetensorsDamageTest.file(
            folder.resolve("six"),
            "{\"a\":{\"dtype\":\"F6_E2M3\",\"shape\":[2,4],\"data_offsets\":[0,6]},"
                + "\"b\":{\"dtype\":\"F6_E3M2\",\"shape\":[4],\"data_offsets\":[6,9]}}",
            9);
    assertThat(WeightFile.open(six).shape("b")).containsExactly(4);
    Path part =
        SafetensorsDamageTest.file(
            folder.resolve("part"),
            "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}}",
            2);
    assertThatThrownBy(() -> WeightFile.open(part))
        .isInstanceOf(WeightsException.class)
        .hasMessageEndingWith("('a' F4 [3] does not fill its last byte)");
  }

  @Test
  void theSummaryHasThemWithoutStatistics() {
    WeightSummary summary =
        WeightSummary.of(WeightFile.open(Fixtures.path("types/all.safetensors")));
    TensorSummary f8 =
        summary.tensors().stream()
            .filter(t -> t.name().equals("F8_E4M3"))
            .findFirst()
            .orElseThrow();
    assertThat(f8.mean()).isNaN();
    assertThat(f8.notFinite()).isZero();
    assertThat(f8.shape()).containsExactly(2, 24);
  }

  /** A scale of eight bits beside a network is nothing that its answers need. */
  @Test
  void aNetworkBesideThemIsReadAndOneOfThemIsRefusedByItsTensor() throws IOException {
    WeightMap weights =
        new Initialisation(1, Initialisation.LinearRule.TORCH)
            .weights(Architecture.named("resnet8-cifar").network(10))
            .with(
                new WeightMap(
                    Map.of("scales", new FloatTensor(List.of(3), FloatBuffer.allocate(3)))));
    Path beside = write(weights, "scales");
    LoadedWeights loaded = load(beside);
    assertThat(loaded.architecture()).contains("resnet8-cifar");
    assertThat(loaded.weights().get("fc.weight").toArray())
        .isEqualTo(weights.get("fc.weight").toArray());
    assertThat(Conversion.of(beside, null).coverage().exact()).isTrue();

    Path needed = write(weights, "fc.weight");
    assertThatThrownBy(() -> load(needed))
        .isInstanceOf(WeightsException.class)
        .hasMessage("cannot use %s: 'fc.weight' is of type F8_E4M3%s", needed, WHAT_HELPS);
    assertThat(WeightSummary.of(WeightFile.open(needed)).recognition()).isPresent();
  }

  private LoadedWeights load(Path file) {
    WeightStore store = new WeightStore(folder.resolve("home"), NpmClient.ofEnvironment());
    return new WeightSource(Catalogue.builtIn(), store)
        .withOffline(true)
        .load(file.toString(), new Told());
  }

  /** 32-bit floats, but one tensor of F8_E4M3. */
  private Path write(WeightMap weights, String eightBits) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    List<String> entries = new ArrayList<>();
    weights
        .asMap()
        .forEach(
            (name, tensor) -> {
              int begin = data.position();
              boolean narrow = name.equals(eightBits);
              for (float value : tensor.toArray()) {
                if (narrow) {
                  data.put((byte) 0x38); // 1
                } else {
                  data.putFloat(value);
                }
              }
              entries.add(
                  "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                      .formatted(
                          name,
                          narrow ? "F8_E4M3" : "F32",
                          tensor.shape(),
                          begin,
                          data.position()));
            });
    data.flip();
    byte[] header =
        entries.stream()
            .collect(Collectors.joining(",", "{", "}"))
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + header.length + data.limit()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(header.length).put(header).put(data);
    return Files.write(folder.resolve(eightBits + ".safetensors"), out.array());
  }
}
