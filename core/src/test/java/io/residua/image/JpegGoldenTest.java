package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures that Pillow decoded or refused. */
class JpegGoldenTest {
  private static Stream<Arguments> cases() {
    return Golden.cases("jpeg").stream().map(c -> Arguments.of(c.get("file").asText(), c));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithPillow(String file, JsonNode expected) {
    var path = Shared.path("golden", file);
    if (expected.get("outcome").asText().equals("error") || file.contains("arithmetic")) {
      assertThatThrownBy(() -> new ImageDecoder().decode(path))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith(path + ": ")
          .hasMessageNotContainingAny("\n", "Exception");
      return;
    }
    RgbImage image = new ImageDecoder().decode(path);
    RgbImage reference = Golden.png(expected.get("output").asText());
    if (expected.get("compare").asText().equals("pixels")) {
      var difference = Golden.Difference.of(image, reference);
      assertThat(difference.max()).as("largest difference").isLessThanOrEqualTo(3);
      assertThat(difference.mean()).as("mean difference").isLessThan(0.06);
    } else {
      assertThat(image.width()).isEqualTo(reference.width());
      assertThat(image.height()).isEqualTo(reference.height());
    }
  }
}
