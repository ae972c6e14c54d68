package io.residua.nn.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.residua.UsageException;
import io.residua.nn.Head;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetTest {
  /** Learned parameters as torchvision's documentation counts them, in its models' tables. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "wide_resnet50_2, 68883240",
    "wide_resnet101_2, 126886696",
    "resnext50_32x4d, 25028904",
    "resnext101_32x8d, 88791336",
  })
  void hasAsManyLearnedParametersAsTorchvisionSays(String name, long expected) {
    long learned =
        ResNetSpec.named(name).network(1000).parameters().stream()
            .filter(p -> p.kind().learned())
            .mapToLong(Parameter::size)
            .sum();
    assertThat(learned).isEqualTo(expected);
  }

  /** Multiply-adds at 224 px as torchvision's documentation states them ("GFLOPS"). */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 1.81",
    "resnet34, 3.66",
    "resnet50, 4.09",
    "resnet101, 7.80",
    "resnet152, 11.51",
    "wide_resnet50_2, 11.40",
    "wide_resnet101_2, 22.75",
    "resnext50_32x4d, 4.23",
    "resnext101_32x8d, 16.41",
  })
  void costsAsMuchAsTorchvisionSays(String name, double giga) {
    long cost =
        ResNetSpec.named(name).network(1000).multiplyAdds(Shape.rgb(224)).values().stream()
            .mapToLong(Long::longValue)
            .sum();
    assertThat(cost / 1e9).isCloseTo(giga, within(0.006));
  }

  /** Millions of parameters in table 6 of He et al. 2015 (arXiv:1512.03385). */
  @ParameterizedTest
  @CsvSource({
    "resnet20-cifar, 0.27",
    "resnet32-cifar, 0.46",
    "resnet44-cifar, 0.66",
    "resnet56-cifar, 0.85",
    "resnet110-cifar, 1.7",
  })
  void hasAsManyParametersForCifarAsPublished(String name, double millions) {
    Network network = ResNetSpec.named(name).network(10);
    long learned =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .mapToLong(Parameter::size)
            .sum();
    assertThat(learned / 1e6).isCloseTo(millions, within(0.03));
    assertThat(network.upTo("layer3.0.relu").outputShape(Shape.rgb(32)))
        .isEqualTo(new Shape(64, 8, 8));
  }

  @Test
  void optionBHasProjectionsWhereOptionAHasNothing() {
    Network a = ResNetSpec.named("resnet20-cifar").network(10);
    Network b = ResNetSpec.named("resnet20-cifar-b").network(10);
    assertThat(b.parameters().stream().filter(p -> !a.parameters().contains(p)))
        .extracting(Parameter::layer)
        .containsOnly(
            "layer2.0.downsample.0",
            "layer2.0.downsample.1",
            "layer3.0.downsample.0",
            "layer3.0.downsample.1");
  }

  /** As Keras' summary of MLPerf Tiny's ResNet-8 counts them. */
  @Test
  void theSmallNetworkOfMlperfTinyHasItsParameters() {
    Network network = ResNetSpec.named("resnet8-cifar").network(10);
    assertThat(network.parameterCount()).isEqualTo(78_666);
    assertThat(network.upTo("layer3.0.relu").outputShape(Shape.rgb(32)))
        .isEqualTo(new Shape(64, 8, 8));
  }

  @Test
  void everyKnownNameIsANetworkForItsPictures() {
    for (String name : ResNetSpec.names()) {
      ResNetSpec spec = ResNetSpec.named(name);
      Shape features = spec.backbone().outputShape(Shape.rgb(spec.pictureSizePx()));
      assertThat(features.channels()).as(name).isEqualTo(spec.featureChannels());
    }
  }

  @Test
  void countsParametersAsKerasDoes() {
    Network backbone = ResNetSpec.named("resnet50-v1").backbone();
    assertThat(backbone.parameterCount()).isEqualTo(23_587_712);
    Network fruits = Head.parse("flatten-dropout:0.5").on(backbone, Shape.rgb(224), 6);
    assertThat(fruits.parameterCount()).isEqualTo(24_189_830);
    long statistics =
        fruits.parameters().stream()
            .filter(p -> !p.kind().learned())
            .mapToLong(Parameter::size)
            .sum();
    assertThat(statistics).isEqualTo(53_120);
    Network catsDogs = Head.parse("flatten-mlp:384").on(backbone, Shape.rgb(180), 2);
    assertThat(catsDogs.parameters().stream().map(Parameter::name))
        .endsWith("fc.0.weight", "fc.0.bias", "fc.2.weight", "fc.2.bias");
    assertThat(catsDogs.parameterCount() - backbone.parameterCount())
        .isEqualTo(6L * 6 * 2048 * 384 + 384 + 384 * 2 + 2);
  }

  @Test
  void parametersAreNamedAsTorchvisionNamesThem() {
    List<String> names =
        ResNetSpec.named("resnet50").network(1000).parameters().stream()
            .map(Parameter::name)
            .toList();
    assertThat(names).hasSize(267); // 320 of torch's state_dict less 53 num_batches_tracked
    assertThat(names)
        .contains(
            "conv1.weight",
            "bn1.running_var",
            "layer1.0.conv1.weight",
            "layer1.0.downsample.0.weight",
            "layer1.0.downsample.1.running_mean",
            "layer3.5.bn3.bias",
            "fc.weight",
            "fc.bias");
  }

  @Test
  void theTwoStylesDifferInWhereABlockHasItsStride() {
    assertThat(strides("resnet50", "layer2.0")).isEqualTo("1 2 1 2");
    assertThat(strides("resnet50-v1", "layer2.0")).isEqualTo("2 1 1 2");
  }

  private static String strides(String name, String block) {
    return ResNetSpec.named(name).backbone().nodes().stream()
        .filter(n -> n.name().startsWith(block) && n.layer() instanceof Layer.Conv)
        .map(n -> Integer.toString(((Layer.Conv) n.layer()).stride()))
        .collect(Collectors.joining(" "));
  }

  @Test
  void aPictureThatIsTooSmallIsRefusedByName() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Head.gapLinear().on(tall(), new Shape(3, 1, 1), 2))
        .withMessageContaining("layer conv: a window of 7 does not fit 1 pixels");
  }

  private static Network tall() {
    return new Network(
        "tall",
        List.of(
            new Network.Node(
                "conv", new Layer.Conv(3, 4, 7, 1, 0, 1, false), List.of(Network.INPUT))));
  }

  @Test
  void unknownNamesAndHeadsAreRefusedWithWhatIsThere() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> ResNetSpec.named("resnet51"))
        .withMessageContaining("resnet50");
    for (String head :
        List.of(
            "gap",
            "gap-mlp",
            "gap-mlp:0",
            "gap-linear:1",
            "flatten-dropout:1",
            "x:1",
            "gap+relu",
            "gap+linear:0+linear",
            "gap+relu:1+linear",
            "gap+batch-norm:0+linear",
            "gap++linear",
            "gap+linear+linear",
            "flatten+dropout:NaN+linear",
            "avg+linear")) {
      assertThatExceptionOfType(UsageException.class)
          .isThrownBy(() -> Head.parse(head))
          .withMessageStartingWith("unknown head '%s'".formatted(head));
    }
    assertThat(Head.parse("flatten-dropout:0.5").text()).isEqualTo("flatten-dropout:0.5");
  }

  @Test
  void aHeadOfAnyStepsIsANetwork() {
    String text = "gap+dropout:0.5+linear:16+batch-norm+relu+batch-norm:0.001+linear";
    Head head = Head.parse(text);
    assertThat(head.text()).isEqualTo(text);
    assertThat(head.lastLayer()).isEqualTo("fc.5");
    Network network = head.on(ResNetSpec.named("resnet18").backbone(), Shape.rgb(64), 3);
    assertThat(network.node("fc.1").layer()).isEqualTo(new Layer.Linear(512, 16));
    assertThat(network.node("fc.2").layer()).isEqualTo(new Layer.BatchNorm(16, 1e-5, 0.1));
    assertThat(network.node("fc.4").layer()).isEqualTo(new Layer.BatchNorm(16, 1e-3, 0.1));
    assertThat(network.node("fc.5").layer()).isEqualTo(new Layer.Linear(16, 3));
    assertThat(network.outputShape(Shape.rgb(64))).isEqualTo(Shape.vector(3));
    Network flat = Head.parse("flatten+linear").on(network.upTo("layer4.1.relu"), Shape.rgb(64), 2);
    assertThat(flat.node("fc").layer()).isEqualTo(new Layer.Linear(512 * 2 * 2, 2));
  }

  @Test
  void stepsThatAreAHeadOfAName() {
    assertThat(Head.parse("gap+linear")).isEqualTo(Head.gapLinear());
    assertThat(Head.parse("gap+linear:7+relu+linear")).isEqualTo(Head.parse("gap-mlp:7"));
    assertThat(Head.parse("flatten+linear:7+relu+linear")).isEqualTo(Head.parse("flatten-mlp:7"));
    assertThat(Head.parse("flatten+dropout:0.25+linear"))
        .isEqualTo(Head.parse("flatten-dropout:0.25"));
  }

  @Test
  void groupsThatDoNotDivideTheChannelsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Layer.Conv(6, 8, 3, 1, 1, 4, false))
        .withMessage("a convolution of 6 to 8 channels can't have 4 groups");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Layer.Conv(6, 8, 3, 1, 1, 0, false))
        .withMessage("a convolution of 6 to 8 channels can't have 0 groups");
  }

  @Test
  void aNetworkThatIsCutInTwoIsTheSameNetwork() {
    Network network = ResNetSpec.named("resnet18").network(5);
    Network front = network.upTo("layer2.1.relu");
    Network back = network.after("layer2.1.relu");
    assertThat(front.nodes().size() + back.nodes().size()).isEqualTo(network.nodes().size());
    Shape middle = front.outputShape(Shape.rgb(64));
    assertThat(middle).isEqualTo(new Shape(128, 8, 8));
    assertThat(back.outputShape(middle)).isEqualTo(Shape.vector(5));
    assertThatIllegalArgumentException().isThrownBy(() -> network.after("layer2.1.conv1"));
  }
}
