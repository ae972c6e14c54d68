package io.residua.report.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.Calibration.Method;
import io.residua.image.Preprocessing;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.Initialisation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  private static ModelFile model(ObjectNode metrics, ObjectNode provenance) {
    ModelSpec spec =
        new ModelSpec(
            "resnet8-cifar",
            Head.parse("gap-mlp:4"),
            List.of("cat", "a|b # <script>"),
            List.of(),
            Preprocessing.preset("unit").withSize(32));
    return new ModelFile(
        spec,
        new Initialisation(1, Initialisation.LinearRule.TORCH).weights(spec.network()),
        metrics,
        provenance);
  }

  private static String card(ModelFile model) {
    return ModelCard.markdown("my *model*", model, Catalogue.builtIn());
  }

  @Test
  void saysNothingThatTheFileDoesNotKnow() {
    assertThat(card(model(NOTHING, NOTHING)))
        .isEqualTo(
            """
            # my \\*model\\*

            | | |
            |---|---|
            | task | one of 2 classes for each picture |
            | network | resnet8-cifar, head gap-mlp:4, 78,286 values |
            | preprocessing | shorter side to 37 px, centre 32x32, bilinear; RGB / 255 |

            ## Measured accuracy

            The file has no measurement of this model.

            ## Classes

            cat, a\\|b \\# \\<script\\>

            ## Where it comes from

            | | |
            |---|---|
            | weights it started from | not known |
            | licence of these weights | not known |

            ## Use and limits

            - It answers every picture with one of its 2 classes, also one that shows none of them.
            - It is not calibrated for int8.
            """);
  }

  @Test
  void publishedWeightsAreNamedWithTheirLicenceAndAccuracy() {
    ObjectNode provenance =
        JsonNodeFactory.instance.objectNode().put("weights", "imagenet").put("licence", "MIT");
    assertThat(card(model(NOTHING, provenance)))
        .contains("Its publisher states top-1 0.749, top-5 0.921 on ImageNet's validation set.")
        .contains("| weights it started from | resnet50.keras\\_in1k: ResNet-50 trained on")
        .contains("| licence of these weights | MIT |");
  }

  @Test
  void measurementsHaveNIntervalAndTheWeakestClass() {
    ObjectNode metrics = JsonNodeFactory.instance.objectNode().put("selected_on", "val");
    ObjectNode test = metrics.putObject("test").put("n", 40).put("accuracy", 0.9);
    test.put("origin", "the set's own test part").putArray("accuracy_ci95").add(0.77).add(0.96);
    var perClass = test.putArray("per_class");
    perClass.addObject().put("class", "cat").put("recall", 0.75).put("support", 20);
    perClass.addObject().put("class", "dog").put("recall", 1.0).put("support", 20);
    Calibration calibration = new Calibration(Map.of(), Method.MIN_MAX, 12, "photos");
    assertThat(card(model(metrics, NOTHING).with(calibration)))
        .contains("| test: the set's own test part | 40 | 0.900 | 0.770–0.960 | – | – | – |")
        .contains("What was kept was chosen on val; its numbers there are likely too good.")
        .contains(
            "The class with the lowest recall is cat: 0.750 on 20 pictures (test; 95 % interval"
                + " 0.531–0.888).")
        .contains("| int8 | calibrated on 12 pictures of photos, min-max |")
        .doesNotContain("not calibrated");
  }
}
