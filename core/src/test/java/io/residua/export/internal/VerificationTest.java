package io.residua.export.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is said of a comparison. */
class VerificationTest {
  @Test
  void itsJsonHasEveryKeyWhateverIsNotKnown() throws Exception {
    Verification found =
        new Verification(4, 1, "int8", OptionalDouble.empty(), .25, 3, Optional.empty(), 2.5, 1.5);
    assertThat(found.toJson("run", "m.onnx", "pictures", found.usualTolerance()).toString())
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"model": "run", "exported": "m.onnx", "data": "pictures",
                     "weight_type": "int8", "n": 4, "unreadable": 1, "equal_predictions": 3,
                     "equal_share": 0.75, "largest_logit_difference": null,
                     "largest_probability_difference": 0.25, "tolerance": null, "passed": true,
                     "model_right": null, "exported_right": null, "model_ms": 2.5,
                     "exported_ms": 1.5}
                    """)
                .toString());
    assertThat(found.passes(OptionalDouble.of(.2))).isFalse();
  }
}
