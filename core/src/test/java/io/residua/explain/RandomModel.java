package io.residua.explain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.weights.Initialisation;
import java.util.List;
import java.util.Random;

/** Small networks of random weights, and pictures for them. */
final class RandomModel {
  static final int SIZE_PX = 16;

  private RandomModel() {}

  static ModelFile of(String head) {
    ModelSpec spec =
        new ModelSpec(
            "resnet8-cifar",
            Head.parse(head),
            List.of("ant", "bee", "cat"),
            List.of(),
            Preprocessing.preset("torchvision").withSize(SIZE_PX));
    JsonNodeFactory json = JsonNodeFactory.instance;
    return new ModelFile(
        spec,
        new Initialisation(7, Initialisation.LinearRule.TORCH).weights(spec.network()),
        json.objectNode(),
        json.objectNode());
  }

  static RgbImage picture(long seed) {
    RgbImage picture = new RgbImage(SIZE_PX, SIZE_PX);
    new Random(seed).nextBytes(picture.rgb());
    return picture;
  }
}
