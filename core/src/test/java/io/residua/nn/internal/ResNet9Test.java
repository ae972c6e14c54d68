package io.residua.nn.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.residua.UsageException;
import io.residua.nn.Head;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ResNet9Test {
  private static List<String> shapes(String name, int sizePx, int classes) {
    Shape picture = Shape.rgb(sizePx);
    Network network =
        Head.gapLinear().on(Architecture.named(name).backbone(picture), picture, classes);
    Shapes shapes = network.shapes(picture);
    return List.of(
            "relu1",
            "layer1.maxpool",
            "layer1.residual.add",
            "layer2.maxpool",
            "layer3.maxpool",
            "layer3.residual.add",
            "maxpool",
            "fc")
        .stream()
        .map(layer -> shapes.of(layer).toString())
        .toList();
  }

  /** The shapes that the tutorial on Intel's scenes prints. */
  @Test
  void scenesOf150PixelsArePooledAsInTheTutorial() {
    assertThat(shapes("resnet9", 150, 6))
        .containsExactly(
            "32×150×150", "64×37×37", "64×37×37", "128×9×9", "256×2×2", "256×2×2", "256", "6");
  }

  @Test
  void smallPicturesArePooledByTwo() {
    assertThat(shapes("resnet9", 32, 10))
        .containsExactly(
            "32×32×32", "64×16×16", "64×16×16", "128×8×8", "256×4×4", "256×4×4", "256", "10");
    assertThat(shapes("resnet9-cifar", 32, 10))
        .containsExactly(
            "64×32×32", "128×16×16", "128×16×16", "256×8×8", "512×4×4", "512×4×4", "512", "10");
  }

  /** 3x3 convolutions, two values a channel of batch norm, the linear layer. */
  @Test
  void hasTheParametersThatItsLayersAddUpTo() {
    assertThat(learned("resnet9", 150, 6)).isEqualTo(1_645_094);
    assertThat(learned("resnet9", 32, 10)).isEqualTo(1_646_122);
    assertThat(learned("resnet9-cifar", 32, 10)).isEqualTo(6_573_130);
  }

  private static long learned(String name, int sizePx, int classes) {
    Shape picture = Shape.rgb(sizePx);
    Network network =
        Head.gapLinear().on(Architecture.named(name).backbone(picture), picture, classes);
    return NetworkTable.of(network, picture, p -> true).learned();
  }

  @Test
  void itsParametersDoNotDependOnThePicturesSize() {
    for (String name : ResNet9Spec.names()) {
      Architecture spec = Architecture.named(name);
      List<Parameter> own = spec.backbone().parameters();
      for (int sizePx : List.of(8, 32, 33, 64, 127, 128, 150, 224, 256)) {
        Network backbone = spec.backbone(Shape.rgb(sizePx));
        assertThat(backbone.parameters()).isEqualTo(own);
        assertThat(backbone.outputShape(Shape.rgb(sizePx)))
            .isEqualTo(Shape.vector(spec.featureChannels()));
      }
    }
  }

  /** kuangliu's pytorch-cifar and others count so many. */
  @Test
  void theStemForCifarTakesTheParametersOfTheOtherAway() {
    assertThat(learned("resnet18-cifar", 32, 10)).isEqualTo(11_173_962);
    assertThat(learned("resnet34-cifar", 32, 10)).isEqualTo(21_282_122);
    assertThat(learned("resnet50-cifar", 32, 10)).isEqualTo(23_520_842);
    Architecture spec = Architecture.named("resnet18-cifar");
    assertThat(spec.backbone().outputShape(Shape.rgb(32))).isEqualTo(new Shape(512, 4, 4));
  }

  @Test
  void theTableCountsAsTorchvisionAndAsKeras() {
    Network resnet50 = Architecture.named("resnet50").network(1000);
    NetworkTable all = NetworkTable.of(resnet50, Shape.rgb(224), p -> true);
    assertThat(all.learned()).isEqualTo(25_557_032);
    assertThat(all.multiplyAdds()).isEqualTo(4_089_184_256L);
    assertThat(all.rows()).hasSize(resnet50.nodes().size());
    assertThat(all.rows().get(0))
        .isEqualTo(
            new NetworkTable.Row(
                "conv1", "conv 7×7 /2", new Shape(64, 112, 112), 9408, 0, 9408, 118_013_952));
    Network keras = Architecture.named("resnet50-v1").backbone();
    Network fruits = Head.parse("flatten-dropout:0.5").on(keras, Shape.rgb(224), 6);
    Predicate<Parameter> none = p -> false;
    NetworkTable frozen = NetworkTable.of(fruits, Shape.rgb(224), none);
    assertThat(frozen.parameters()).isEqualTo(24_189_830);
    assertThat(frozen.learned()).isEqualTo(24_136_710);
    assertThat(frozen.statistics()).isEqualTo(53_120);
    assertThat(frozen.trained()).isZero();
  }

  @Test
  void everyNameIsANetwork() {
    assertThat(Architecture.names()).doesNotHaveDuplicates().contains("resnet9", "resnet50");
    for (String name : Architecture.names()) {
      Architecture spec = Architecture.named(name);
      assertThat(spec.name()).isEqualTo(name);
      assertThat(spec.backbone().outputShape(Shape.rgb(spec.pictureSizePx())).channels())
          .isEqualTo(spec.featureChannels());
    }
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Architecture.named("resnet51"))
        .withMessageContaining("unknown network 'resnet51' (there are resnet18, ")
        .withMessageEndingWith("resnet9-cifar); did you mean 'resnet50'?");
    assertThatIllegalArgumentException().isThrownBy(() -> new ResNet9Spec("x", 32, 0, 2));
  }
}
