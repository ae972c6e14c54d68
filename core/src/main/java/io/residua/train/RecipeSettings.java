package io.residua.train;

import io.residua.SettingsTable;

/** The settings of a {@link Recipe}. */
final class RecipeSettings {
  static final SettingsTable TABLE =
      new SettingsTable.Builder()
          .add("model", "auto", "network, such as resnet50; auto: the one the weights belong to")
          .add("weights", "imagenet", "imagenet, a name of the catalogue, a weight file, or none")
          .add("image_size", "auto", "side of the input in pixels; auto: the weights' own")
          .add(
              "train_size",
              "0",
              "side of the input in training, to which pictures are resized anew, or cut at a random"
                  + " place where resize is none; 0: image_size")
          .add(
              "resize",
              "auto",
              "squash, crop (shorter side, then centre) or auto: the weights' own")
          .add(
              "preprocessing",
              "auto",
              "of pixels: torchvision, keras-caffe, unit (0 to 1), none (0 to 255), or auto: the"
                  + " weights' own")
          .add(
              "head",
              "gap-linear",
              "gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS or flatten-dropout:RATE")
          .add(
              "freeze",
              "auto",
              "layers that are not trained: backbone, none, patterns such as conv1,layer1.*,"
                  + " all-but:PATTERNS, or auto: backbone with weights, none without")
          .add(
              "reinit",
              "none",
              "layers whose weights are drawn anew: patterns as for freeze, or none")
          .add(
              "first_layer",
              "trained",
              "trained as the others, or whitening: made from patches of the training pictures, then"
                  + " frozen")
          .add("epochs", "30", "passes over the training pictures")
          .add(
              "steps_per_epoch",
              "0",
              "optimizer steps an epoch, over as few or as many pictures as they need; 0: each picture"
                  + " once")
          .add(
              "phases",
              "none",
              "settings that change on the way: 'epochs=5 freeze=backbone; epochs=5 freeze=none"
                  + " lr=0.0001', or gradual:epochs=N (unfreezes stage by stage)")
          .add("batch_size", "32", "pictures in a step")
          .add(
              "optimizer",
              "adam",
              "adam, adamw, sgd or rmsprop; settings follow a colon: sgd:momentum=0.9")
          .add("lr", "0.001", "learning rate, the highest of the schedule")
          .add("schedule", "cosine", "constant, cosine, one-cycle, step, multistep or plateau")
          .add(
              "augment",
              "none",
              "what is done to training pictures: none, keras-fruits, intel, cifar, imagenet, or"
                  + " steps such as 'flip-horizontal(p=0.5); rotation(degrees=10)'")
          .add("sampling", "shuffle", "shuffle, or balanced: every class is shown equally often")
          .add(
              "last_batch",
              "auto",
              "keep or drop a last batch that is not full; auto: keep, unless batch statistics need"
                  + " whole batches")
          .add(
              "mix",
              "none",
              "none, mixup(alpha=0.2) or cutmix(alpha=1): training pictures mixed in pairs")
          .add(
              "class_weights",
              "none",
              "none, or balanced: pictures of rare classes weigh more in the loss")
          .add("label_smoothing", "0", "part of each target spread over all classes")
          .add(
              "backbone_lr",
              "1",
              "learning rate of all layers but the head, times the learning rate")
          .add(
              "lr_decay_by_layer",
              "1",
              "times the learning rate for each stage that lies deeper below the head")
          .add(
              "weight_decay_on", "weights", "weights (not batch norm and biases) or all parameters")
          .add(
              "batch_norm",
              "batch",
              "statistics of trained layers: batch, or frozen: the weights' running statistics")
          .add("clip", "none", "bound on gradients: none, value:LIMIT or norm:LIMIT")
          .add("accumulate", "1", "batches whose gradients make one step")
          .add(
              "ema",
              "0",
              "decay of a moving average of the weights, which is then what is kept; 0: none")
          .add(
              "keep", "best", "weights that are kept: best (epoch on the validation part), or last")
          .add(
              "early_stopping",
              "0",
              "stop after so many epochs without a better validation score; 0: never")
          .add("seed", "1", "of all random choices")
          .add(
              "val_split",
              "0.2",
              "part of the training pictures that becomes the validation part, a share or a number;"
                  + " test: the test part, which then measures nothing any more")
          .add(
              "grouping",
              "copies",
              "copies: pictures that show the same stay on one side of the split; or none, which makes"
                  + " results look too good")
          .add("precision", "auto", "auto, fp32 or bf16")
          .build();

  private RecipeSettings() {}
}
