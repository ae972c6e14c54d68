package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.SettingValues.Difference;
import io.residua.internal.Sha256;
import io.residua.nn.internal.ResNetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One value has many spellings, and a recipe is what its values are. */
class RecipeSpellingTest {
  @TempDir private Path folder;

  /** For every setting the spellings of one value that is not its default, and another value. */
  private static final Map<String, List<List<String>>> VALUES =
      Map.ofEntries(
          setting("model", "resnet34").with("resnet18"),
          setting("weights", "none").with("w.safetensors"),
          setting("prefix", "module.encoder_q", "module.encoder_q.").with("encoder_q"),
          setting(
                  "head",
                  "gap-mlp:384",
                  "gap-mlp:+384",
                  "gap-mlp:0384",
                  "gap-mlp(units=384)",
                  "gap+linear:384+relu+linear")
              .with("gap-mlp:385"),
          setting(
                  "freeze",
                  "conv1,*.downsample",
                  " *.downsample , conv1",
                  "conv1,conv1,*.downsample")
              .with("all-but:conv1,*.downsample"),
          setting("reinit", "layer4,bn1", "bn1, layer4").with("layer4"),
          setting("first_layer", "whitening").with("trained"),
          setting("batch_norm", "frozen").with("batch"),
          setting("image_size", "64", "+64", "064").with("65"),
          setting("train_size", "48", "+48", "00048").with("49"),
          setting("resize", "crop").with("squash"),
          setting("preprocessing", "unit").with("none"),
          setting(
                  "augment",
                  "intel",
                  "brightness(range=0.2); flip-horizontal(p=0.5); rotation(degrees=10)",
                  "brightness(range=.20);flip-horizontal();rotation(degrees=1e1)",
                  "brightness:range=.2; flip-horizontal; rotation:degrees=10")
              .with("cifar"),
          setting(
                  "mix",
                  "mixup(alpha=0.2)",
                  "mixup",
                  "mixup()",
                  "mixup( alpha = .20 )",
                  "mixup:alpha=.2",
                  "mixup(alpha=2e-1)")
              .with("cutmix(alpha=0.2)"),
          setting("sampling", "balanced").with("shuffle"),
          setting("val_split", "0.05", ".05", "5e-2", "5%", "5 %", "5.0%").with("5"),
          setting("grouping", "none").with("copies"),
          setting("seed", "-7", "-07").with("7"),
          setting("epochs", "5", "+5", "05").with("6"),
          setting("steps_per_epoch", "100", "+100").with("10"),
          setting(
                  "phases",
                  "epochs=2 freeze=backbone lr=0.0001; epochs=1 freeze=none",
                  "lr=1e-4 epochs=+2 freeze=backbone;freeze=none epochs=1",
                  "epochs=2  freeze=backbone  lr=.0001 ; epochs=01 freeze=none")
              .with("epochs=2 freeze=backbone lr=0.0002; epochs=1 freeze=none"),
          setting("early_stopping", "3", "+3").with("4"),
          setting("keep", "last").with("best"),
          setting("batch_size", "16", "+16", "016").with("17"),
          setting("accumulate", "2", "+2").with("1"),
          setting("last_batch", "drop").with("keep"),
          setting(
                  "optimizer",
                  "sgd:momentum=0.9,weight-decay=1e-4",
                  "sgd:momentum=0.90,weight-decay=0.0001",
                  "sgd: weight-decay=1E-4, momentum=.9",
                  "sgd(weight-decay=1E-4, momentum=.9)",
                  "sgd:weight-decay=.0001,nesterov=false")
              .with("sgd:momentum=0.9,weight-decay=1e-3"),
          setting("lr", "1e-4", "1E-4", "1.0E-4", ".0001", "0.0001", "0.00010", "+0.0001", "1.e-4")
              .with("0.00011"),
          setting(
                  "schedule",
                  "multistep:epochs=20/50",
                  "multistep:factor=.10,epochs=20/50",
                  "multistep(epochs=20/50, factor=.1)",
                  "multistep:epochs=+20/050")
              .with("multistep:epochs=20/51"),
          setting("backbone_lr", "0.1", ".1", "1e-1").with("1"),
          setting("lr_decay_by_layer", "0.5", ".50", "5e-1").with("0.6"),
          setting("clip", "norm:1", "norm:1.0", "norm:+1", "norm:1e0", "norm(limit=1)")
              .with("value:1"),
          setting("label_smoothing", "0.01", ".01", "1e-2", "0.010").with("0"),
          setting("class_weights", "balanced").with("none"),
          setting("weight_decay_on", "all").with("weights"),
          setting("ema", "0.999", ".999", "9.99e-1").with("0.99"),
          setting("precision", "fp32").with("bf16"));

  private record Spelled(String name, List<String> spellings) {
    Map.Entry<String, List<List<String>>> with(String other) {
      return Map.entry(name, List.of(spellings, List.of(other)));
    }
  }

  private static Spelled setting(String name, String... spellings) {
    return new Spelled(name, List.of(spellings));
  }

  private static Stream<Arguments> spellings() {
    return VALUES.entrySet().stream()
        .flatMap(e -> e.getValue().get(0).stream().map(s -> Arguments.of(e.getKey(), s)));
  }

  private static Recipe with(String name, String value) {
    return Recipe.defaults().with(name, value);
  }

  private Recipe writtenAndRead(Recipe recipe) throws IOException {
    return Recipe.read(Files.writeString(folder.resolve("recipe.yaml"), recipe.toYaml()));
  }

  @Test
  void everySettingIsTried() {
    assertThat(VALUES.keySet()).isEqualTo(Recipe.descriptions().keySet());
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void everySpellingIsWrittenReadAndTheSame(String name, String spelling) throws IOException {
    Recipe recipe = with(name, spelling);
    Recipe read = writtenAndRead(recipe);
    assertThat(read.get(name)).as("as the user wrote it").isEqualTo(spelling.strip());
    for (Recipe same : List.of(read, with(name, VALUES.get(name).get(0).get(0)))) {
      assertThat(same).isEqualTo(recipe).hasSameHashCodeAs(recipe);
      assertThat(same.fingerprint()).isEqualTo(recipe.fingerprint());
      assertThat(same.differenceFrom(recipe, Recipe.descriptions().keySet())).isEmpty();
    }
    Recipe other = with(name, VALUES.get(name).get(1).get(0));
    assertThat(other).isNotEqualTo(recipe);
    assertThat(other.fingerprint()).isNotEqualTo(recipe.fingerprint());
    assertThat(recipe.differenceFrom(other, Set.of(name)))
        .contains(new Difference(name, spelling.strip(), other.get(name)));
  }

  /** YAML may be written by people or by other programs. */
  @ParameterizedTest
  @MethodSource("spellings")
  void aFileMayHoldAnySpellingPlainOrQuoted(String name, String spelling) throws IOException {
    Recipe recipe = with(name, spelling);
    Path quoted = folder.resolve("quoted.yaml");
    Files.writeString(quoted, "%s: '%s'\n".formatted(name, spelling));
    assertThat(Recipe.read(quoted)).isEqualTo(recipe);
    if (spelling.matches("[-+.0-9eE]+%?")) {
      Path plain = folder.resolve("plain.yaml");
      Files.writeString(plain, "%s: %s\n".formatted(name, spelling));
      assertThat(Recipe.read(plain)).isEqualTo(recipe);
    }
  }

  @Test
  void allTogetherAreWrittenAndRead() throws IOException {
    Recipe recipe = Recipe.defaults();
    for (Map.Entry<String, List<List<String>>> e : VALUES.entrySet()) {
      if (!e.getKey().equals("early_stopping")) { // looks for the best epoch, and keep is 'last'
        List<String> spellings = e.getValue().get(0);
        recipe = recipe.with(e.getKey(), spellings.get(spellings.size() - 1));
      }
    }
    assertThat(writtenAndRead(recipe)).isEqualTo(recipe);
  }

  @Test
  void whatWasLeftToTheRunIsAsTheRunHasIt() {
    Recipe asked = Recipe.defaults().with("phases", "gradual").with("epochs", "7");
    Recipe run =
        asked
            .with("model", "resnet18")
            .with("image_size", "224")
            .with("freeze", "backbone")
            .with("precision", "bf16")
            .with("last_batch", "drop");
    run = run.withPhasesOf(ResNetSpec.named("resnet18").network(2));
    Set<String> all = Recipe.descriptions().keySet();
    assertThat(run.differenceFrom(asked, all)).isEmpty();
    assertThat(run.differenceFrom(asked.with("phases", "gradual(epochs=2)"), all))
        .map(Difference::setting)
        .contains("epochs");
    assertThat(run.differenceFrom(asked.with("precision", "fp32"), all))
        .contains(new Difference("precision", "bf16", "fp32"));
    assertThat(run.differenceFrom(asked.with("lr", "5"), Set.of("epochs"))).isEmpty();
  }

  /** What versions before values were compared put into their checkpoints. */
  @Test
  void theFingerprintOfEarlierVersionsIsKnown() {
    assertThat(Recipe.defaults().with("lr", "0.0001").with("augment", "intel").spelledFingerprint())
        .isEqualTo(Sha256.of("augment: intel\nlr: 0.0001\n".getBytes(StandardCharsets.UTF_8)));
  }
}
