package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Shared;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassMappingTest {
  private static final List<String> IDS = List.of("n1", "n2", "n3", "n4");
  private static final List<String> NAMES =
      List.of("tench, Tinca tinca", "crane", "great white shark", "crane");

  @Test
  void foldersNamedByWnidFindTheirImageNetClass() throws IOException {
    List<String[]> rows =
        Files.readAllLines(Shared.path("data", "labels", "imagenet1000_index_wnid_name.tsv"))
            .stream()
            .skip(1)
            .map(line -> line.split("\t"))
            .toList();
    List<String> wnids = rows.stream().map(r -> r[1]).toList();
    OpenedData data = OpenedData.open(Shared.path("data", "imagenet_val500_10cls"));

    int[] mapping =
        ClassMapping.match(data.classes(), wnids, rows.stream().map(r -> r[2]).toList());

    assertThat(mapping).hasSize(10).isSorted();
    for (int i = 0; i < mapping.length; i++) {
      assertThat(wnids.get(mapping[i])).isEqualTo(data.classes().get(i));
    }
  }

  @Test
  void idsNamesAndSynonymsAllMatch() {
    assertThat(ClassMapping.match(List.of("n4", "Great_White_Shark", "tench"), IDS, NAMES))
        .containsExactly(3, 2, 0);
    assertThat(ClassMapping.match(List.of("b", "a"), List.of(), List.of("a", "b")))
        .containsExactly(1, 0);
  }

  @Test
  void whatCannotBeMatchedIsListed() {
    assertThatThrownBy(() -> ClassMapping.match(List.of("n1", "fish", "cow"), IDS, NAMES))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "2 of the data set's 3 classes not among the model's 4: 'fish', 'cow'; the model knows");
    assertThatThrownBy(() -> ClassMapping.match(List.of("crane"), IDS, NAMES))
        .hasMessage(
            "more than one class of the model is called 'crane'; name the folder by the class id");
    assertThatThrownBy(() -> ClassMapping.match(List.of("n1", "tench"), IDS, NAMES))
        .hasMessageContaining("'n1' and 'tench' of the data set are the same class of the model");
  }
}
