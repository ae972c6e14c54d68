package io.residua.train;

import static io.residua.SettingForms.NUMBER;
import static io.residua.SettingForms.WHOLE;

import io.residua.SettingForms;
import io.residua.SettingsTable;
import io.residua.data.SplitSize;
import io.residua.image.Augmentations;
import io.residua.image.BatchMix;
import io.residua.nn.Head;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The settings of a {@link Recipe}. */
final class RecipeSettings {
  /** Patterns on layers' names: their order does not matter. */
  private static final UnaryOperator<String> LAYERS = RecipeSettings::layers;

  static final SettingsTable TABLE =
      new SettingsTable.Builder()
          .topic("Network")
          .add("model", "auto", "network, such as resnet50; auto: the one the weights belong to")
          .add("weights", "imagenet", "imagenet, a name of the catalogue, a weight file, or none")
          .add(
              "prefix",
              "auto",
              text -> text.endsWith(".") ? text.substring(0, text.length() - 1) : text,
              "what stands before the network's names in a weight file that has several, such as"
                  + " module.encoder_q; auto: the only one, or the only moving average")
          .add(
              "head",
              "gap-linear",
              SettingForms.of(text -> Head.parse(text).text()),
              "gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS, flatten-dropout:RATE, or steps:"
                  + " gap or flatten, then linear:UNITS, batch-norm, relu, dropout:RATE, then"
                  + " linear, joined by +")
          .add(
              "freeze",
              "auto",
              LAYERS,
              "layers that are not trained: backbone, none, patterns such as conv1,layer1.*,"
                  + " all-but:PATTERNS, or auto: backbone with weights, none without")
          .add(
              "reinit",
              "none",
              LAYERS,
              "layers whose weights are drawn anew: patterns as for freeze, or none")
          .add(
              "first_layer",
              "trained",
              "trained as the others, or whitening: made from patches of the training pictures, then"
                  + " frozen")
          .add(
              "batch_norm",
              "batch",
              "statistics of trained layers: batch, or frozen: the weights' running statistics")
          .topic("Pictures")
          .add("image_size", "auto", WHOLE, "side of the input in pixels; auto: the weights' own")
          .add(
              "train_size",
              "0",
              WHOLE,
              "side of the input in training, to which pictures are resized anew, or cut at a random"
                  + " place where resize is none; 0: image_size")
          .add(
              "resize",
              "auto",
              "squash, crop (shorter side, then centre) or auto: the weights' own")
          .add(
              "preprocessing",
              "auto",
              "of pixels: torchvision, keras-caffe, grey (one channel), unit (0 to 1), none (0 to"
                  + " 255), or auto: the weights' own")
          .add(
              "augment",
              "none",
              SettingForms.of(text -> Augmentations.parse(text).text()),
              "what is done to training pictures: none, keras-fruits, intel, cifar, imagenet, or"
                  + " steps such as 'flip-horizontal(p=0.5); rotation(degrees=10)'")
          .add(
              "mix",
              "none",
              SettingForms.of(text -> BatchMix.parse(text).text()),
              "none, mixup(alpha=0.2) or cutmix(alpha=1): training pictures mixed in pairs")
          .add("sampling", "shuffle", "shuffle, or balanced: every class is shown equally often")
          .topic("Data")
          .add(
              "val_split",
              "0.2",
              SettingForms.of(RecipeSettings::share),
              "part of the training pictures that becomes the validation part, a share or a number;"
                  + " test: the test part, which then measures nothing any more")
          .add(
              "grouping",
              "copies",
              "copies: pictures that show the same stay on one side of the split; or none, which makes"
                  + " results look too good")
          .add("seed", "1", WHOLE, "of all random choices")
          .topic("Length of training")
          .add("epochs", "30", WHOLE, "passes over the training pictures")
          .add(
              "steps_per_epoch",
              "0",
              WHOLE,
              "optimizer steps an epoch, over as few or as many pictures as they need; 0: each picture"
                  + " once")
          .add(
              "phases",
              "none",
              SettingForms.of(RecipeSettings::phases),
              "settings that change on the way: 'epochs=5 freeze=backbone; epochs=5 freeze=none"
                  + " lr=0.0001', or gradual:epochs=N (unfreezes stage by stage)")
          .add(
              "early_stopping",
              "0",
              WHOLE,
              "stop after so many epochs without a better validation score; 0: never")
          .add(
              "keep", "best", "weights that are kept: best (epoch on the validation part), or last")
          .topic("Optimisation")
          .add("batch_size", "32", WHOLE, "pictures in a step")
          .add("accumulate", "1", WHOLE, "batches whose gradients make one step")
          .add(
              "last_batch",
              "auto",
              "keep or drop a last batch that is not full; auto: keep, unless batch statistics need"
                  + " whole batches")
          .add(
              "optimizer",
              "adam",
              SettingForms.of(text -> Optimizer.parse(text).text()),
              "adam, adamw, sgd or rmsprop; settings follow a colon: sgd:momentum=0.9")
          .add("lr", "0.001", NUMBER, "learning rate, the highest of the schedule")
          .add(
              "schedule",
              "cosine",
              SettingForms.of(text -> Schedule.parse(text).text()),
              "constant, cosine, one-cycle, step, multistep or plateau")
          .add(
              "backbone_lr",
              "1",
              NUMBER,
              "learning rate of all layers but the head, times the learning rate")
          .add(
              "lr_decay_by_layer",
              "1",
              NUMBER,
              "times the learning rate for each stage that lies deeper below the head")
          .add(
              "clip",
              "none",
              SettingForms.of(text -> GradientClipping.parse(text).text()),
              "bound on gradients: none, value:LIMIT or norm:LIMIT")
          .topic("Against overfitting")
          .add("label_smoothing", "0", NUMBER, "part of each target spread over all classes")
          .add(
              "class_weights",
              "none",
              "none, or balanced: pictures of rare classes weigh more in the loss")
          .add(
              "weight_decay_on", "weights", "weights (not batch norm and biases) or all parameters")
          .add(
              "ema",
              "0",
              NUMBER,
              "decay of a moving average of the weights, which is then what is kept; 0: none")
          .topic("Computing")
          .add("precision", "auto", "auto, fp32 or bf16")
          .build();

  private RecipeSettings() {}

  private static String layers(String text) {
    String all = "all-but:";
    String prefix = text.startsWith(all) ? all : "";
    return prefix
        + Arrays.stream(text.substring(prefix.length()).split(",", -1))
            .map(String::strip)
            .distinct()
            .sorted()
            .collect(Collectors.joining(","));
  }

  /** A share or a number of pictures; {@code test} is neither. */
  private static String share(String text) {
    return SplitSize.parse(text) instanceof SplitSize.Fraction f
        ? SettingForms.number(f.share())
        : SettingForms.WHOLE.apply(text);
  }

  /** Each phase's settings in alphabetical order, their values written in one way. */
  private static String phases(String text) {
    if (text.equals(Phases.NONE)) {
      return text;
    } else if (Phases.isGradual(text)) {
      return Phases.gradualText(text);
    }
    return Phases.parse(text).stream()
        .map((Map<String, String> phase) -> Phases.text(new TreeMap<>(TABLE.canonical(phase))))
        .collect(Collectors.joining("; "));
  }
}
