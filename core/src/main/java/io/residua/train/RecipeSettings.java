package io.residua.train;

import io.residua.Setting;
import io.residua.SettingValues;
import io.residua.SettingValues.Topic;
import io.residua.UsageException;
import io.residua.data.internal.SplitSize;
import io.residua.engine.Precision;
import io.residua.image.Augmentations;
import io.residua.image.BatchMix;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.ConstantNames;
import io.residua.nn.Head;
import io.residua.train.internal.EpochOrder;
import io.residua.train.internal.FineTuning;
import io.residua.train.internal.GradientClipping;
import io.residua.train.internal.Phases;
import io.residua.weights.WeightSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Recipe}, for {@link Recipe#get(Setting)}. Where a value is left to the
 * weights or there is none, it is empty.
 */
public final class RecipeSettings {
  private static final int MOST_EPOCHS = 100_000;
  private static final int LARGEST_BATCH = 65_536;

  public static final Setting<String> MODEL =
      Setting.text(
          "model", "auto", "network, such as resnet50; auto: the one the weights belong to");

  public static final Setting<String> WEIGHTS =
      Setting.text(
          "weights", "imagenet", "imagenet, a name of the catalogue, a weight file, or none");

  public static final Setting<String> PREFIX = WeightSource.PREFIX;

  public static final Setting<Head> HEAD =
      Setting.of(
          "head",
          "gap-linear",
          Head::parse,
          Head::text,
          "gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS, flatten-dropout:RATE, or steps:"
              + " gap or flatten, then linear:UNITS, batch-norm, relu, dropout:RATE, then"
              + " linear, joined by +");

  public static final Setting<String> FREEZE =
      Setting.of(
          "freeze",
          "auto",
          text -> text,
          FreezePlan::canonical,
          "layers that are not trained: backbone (the head alone is trained, in minutes), none"
              + " (fine-tuning: slow, better with a thousand pictures and more, or where they look"
              + " unlike the weights' own), patterns such as conv1,layer1.*, all-but:PATTERNS, or"
              + " auto: backbone with weights, none without");

  public static final Setting<String> REINIT =
      Setting.of(
          "reinit",
          "none",
          text -> text,
          FreezePlan::canonical,
          "layers whose weights are drawn anew: patterns as for freeze, or none");

  public static final Setting<String> FIRST_LAYER =
      Setting.choice(
          "first_layer",
          "trained as the others, or whitening: made from patches of the training pictures, then"
              + " frozen",
          "trained",
          "whitening");

  public static final Setting<String> BATCH_NORM =
      Setting.choice(
          "batch_norm",
          "statistics of trained layers: batch, or frozen: the weights' running statistics",
          "batch",
          "frozen");

  public static final Setting<Optional<Integer>> IMAGE_SIZE = Preprocessing.IMAGE_SIZE;

  public static final Setting<Optional<Integer>> TRAIN_SIZE =
      Setting.whole(
              "train_size",
              "0",
              Preprocessing.MIN_SIZE_PX,
              Preprocessing.MAX_SIZE_PX,
              "side of the input in training, to which pictures are resized anew, or cut at a random"
                  + " place where resize is none; 0: image_size")
          .or("0");

  public static final Setting<Optional<Resize>> RESIZE =
      Setting.of(
              "resize",
              "auto",
              Resize::of,
              Resize::label,
              "squash, crop (shorter side, then centre) or auto: the weights' own")
          .or("auto");

  public static final Setting<Optional<Preprocessing>> PREPROCESSING =
      Setting.of(
              "preprocessing",
              "auto",
              Preprocessing::preset,
              p -> p.pixelPreset().orElseThrow(),
              "of pixels: torchvision, keras-caffe, grey (one channel), unit (0 to 1), none (0 to"
                  + " 255), or auto: the weights' own")
          .or("auto");

  public static final Setting<Augmentations> AUGMENT =
      Setting.of(
          "augment",
          "none",
          Augmentations::parse,
          Augmentations::text,
          "what is done to training pictures: none, keras-fruits, intel, cifar, imagenet, or"
              + " steps such as 'flip-horizontal(p=0.5); rotation(degrees=10)'");

  public static final Setting<Optional<BatchMix>> MIX =
      Setting.of(
              "mix",
              "none",
              BatchMix::parse,
              BatchMix::text,
              "none, mixup(alpha=0.2) or cutmix(alpha=1): training pictures mixed in pairs")
          .or("none");

  public static final Setting<EpochOrder> SAMPLING =
      Setting.wanting(
          "sampling",
          "shuffle",
          "shuffle or balanced",
          text -> ConstantNames.read(EpochOrder.class, "order", text),
          ConstantNames::of,
          "shuffle, or balanced: every class is shown equally often");

  public static final Setting<Optional<SplitSize>> VAL_SPLIT =
      Setting.wanting(
              "val_split",
              "0.2",
              "a share such as 0.2 or 20%, a number of pictures",
              RecipeSettings::size,
              RecipeSettings::text,
              "part of the training pictures that becomes the validation part, a share or a number;"
                  + " test: the test part, which then measures nothing any more")
          .or("test");

  public static final Setting<String> GROUPING =
      Setting.choice(
          "grouping",
          "copies: pictures that show the same stay on one side of the split; or none, which makes"
              + " results look too good",
          "copies",
          "none");

  public static final Setting<Long> SEED = Setting.seed("of all random choices");

  public static final Setting<Integer> EPOCHS =
      Setting.whole("epochs", "30", 1, MOST_EPOCHS, "passes over the training pictures");

  public static final Setting<Integer> STEPS_PER_EPOCH =
      Setting.whole(
          "steps_per_epoch",
          "0",
          0,
          Integer.MAX_VALUE,
          "optimizer steps an epoch, over as few or as many pictures as they need; 0: each picture"
              + " once");

  public static final Setting<String> PHASES =
      Setting.of(
              "phases",
              "auto",
              text -> text,
              text -> Phases.canonical(text, RecipeSettings.DEFAULTS),
              "settings that change on the way: 'epochs=5 freeze=backbone; epochs=5 freeze=none"
                  + " lr=0.0001', gradual:epochs=N (unfreezes stage by stage), none, or auto: where"
                  + " more than the head of loaded weights is trained, first the head by these"
                  + " defaults, then all for "
                  + FineTuning.describe()
                  + ", whichever of them is not given")
          .earlier(Phases.NONE);

  public static final Setting<Integer> EARLY_STOPPING =
      Setting.whole(
          "early_stopping",
          "0",
          0,
          MOST_EPOCHS,
          "stop after so many epochs without a better validation score; 0: never");

  public static final Setting<String> KEEP =
      Setting.choice(
          "keep",
          "weights that are kept: best (epoch on the validation part), or last",
          "best",
          "last");

  public static final Setting<Integer> BATCH_SIZE =
      Setting.whole("batch_size", "32", 1, LARGEST_BATCH, "pictures in a step");

  public static final Setting<Integer> ACCUMULATE =
      Setting.whole("accumulate", "1", 1, LARGEST_BATCH, "batches whose gradients make one step");

  public static final Setting<String> LAST_BATCH =
      Setting.choice(
          "last_batch",
          "keep or drop a last batch that is not full; auto: keep, unless batch statistics need"
              + " whole batches",
          "auto",
          "keep",
          "drop");

  public static final Setting<Optimizer> OPTIMIZER =
      Setting.of(
          "optimizer",
          "adam",
          Optimizer::parse,
          Optimizer::text,
          "adam, adamw, sgd or rmsprop; settings follow a colon: sgd:momentum=0.9");

  public static final Setting<Double> LR =
      Setting.number(
          "lr", "0.001", Double.MIN_VALUE, 1e6, "learning rate, the highest of the schedule");

  public static final Setting<Schedule> SCHEDULE =
      Setting.of(
          "schedule",
          "cosine",
          Schedule::parse,
          Schedule::text,
          "constant, cosine, one-cycle, step, multistep or plateau");

  public static final Setting<Double> BACKBONE_LR =
      Setting.number(
          "backbone_lr",
          "1",
          0,
          1e6,
          "learning rate of all layers but the head, times the learning rate");

  public static final Setting<Double> LR_DECAY_BY_LAYER =
      Setting.number(
          "lr_decay_by_layer",
          "1",
          1e-6,
          1,
          "times the learning rate for each stage that lies deeper below the head");

  public static final Setting<GradientClipping> CLIP =
      Setting.of(
          "clip",
          "none",
          GradientClipping::parse,
          GradientClipping::text,
          "bound on gradients: none, value:LIMIT or norm:LIMIT");

  public static final Setting<Double> LABEL_SMOOTHING =
      Setting.number(
          "label_smoothing", "0", 0, 0.999, "part of each target spread over all classes");

  public static final Setting<String> CLASS_WEIGHTS =
      Setting.choice(
          "class_weights",
          "none, or balanced: pictures of rare classes weigh more in the loss",
          "none",
          "balanced");

  public static final Setting<String> WEIGHT_DECAY_ON =
      Setting.choice(
          "weight_decay_on",
          "weights (not batch norm and biases) or all parameters",
          "weights",
          "all");

  public static final Setting<Double> EMA =
      Setting.number(
          "ema",
          "0",
          0,
          0.999999,
          "decay of a moving average of the weights, which is then what is kept; 0: none");

  public static final Setting<Optional<Precision>> PRECISION =
      Setting.of(
          "precision",
          "auto",
          RecipeSettings::precision,
          p -> p.map(Precision::text).orElse("auto"),
          "auto, fp32 or bf16");

  static final SettingValues DEFAULTS =
      SettingValues.defaults(
          Topic.of(
              "Network", MODEL, WEIGHTS, PREFIX, HEAD, FREEZE, REINIT, FIRST_LAYER, BATCH_NORM),
          Topic.of(
              "Pictures", IMAGE_SIZE, TRAIN_SIZE, RESIZE, PREPROCESSING, AUGMENT, MIX, SAMPLING),
          Topic.of("Data", VAL_SPLIT, GROUPING, SEED),
          Topic.of("Length of training", EPOCHS, STEPS_PER_EPOCH, PHASES, EARLY_STOPPING, KEEP),
          Topic.of(
              "Optimisation",
              BATCH_SIZE,
              ACCUMULATE,
              LAST_BATCH,
              OPTIMIZER,
              LR,
              SCHEDULE,
              BACKBONE_LR,
              LR_DECAY_BY_LAYER,
              CLIP),
          Topic.of("Against overfitting", LABEL_SMOOTHING, CLASS_WEIGHTS, WEIGHT_DECAY_ON, EMA),
          Topic.of("Computing", PRECISION));

  private RecipeSettings() {}

  private static @Nullable SplitSize size(String text) {
    SplitSize size = SplitSize.parse(text);
    return size instanceof SplitSize.None ? null : size;
  }

  private static String text(SplitSize size) {
    return size instanceof SplitSize.Fraction f ? Setting.number(f.share()) : size.text();
  }

  private static Optional<Precision> precision(String text) {
    Optional<Precision> precision = Precision.parse(text);
    if (precision.equals(Optional.of(Precision.INT8))) {
      throw new UsageException(
          "precision 'int8' is for finished models; train in auto, fp32 or bf16");
    }
    return precision;
  }
}
