package io.residua.bench;

import java.util.List;

/**
 * Cases that are measured in the same rounds, with all contestants that take part in any of them
 * running.
 *
 * @param title for the report
 * @param cases with how long a turn lasts at least, in seconds
 */
record Suite(String name, String title, List<Turn> cases) {
  /** A case and the least length of a turn. */
  record Turn(Case what, double seconds) {
    static Turn of(String text, double seconds) {
      return new Turn(Case.parse(text), seconds);
    }
  }

  /** Left out of a quick run: contestants that are slower forms of others. */
  static final List<String> NOT_QUICK =
      List.of(
          "libtorch-eager",
          "libtorch-channels-last",
          "libtorch-autocast",
          "debian-eager",
          "debian-channels-last",
          "debian-autocast",
          "debian-optimized",
          "djl-torchscript");

  /** Suites that a quick run has. */
  static final List<String> QUICK = List.of("inference", "training");

  static List<Suite> all() {
    return List.of(
        new Suite(
            "inference",
            "Inference, ResNet-50 at 224 px",
            List.of(
                Turn.of("resnet50/infer/32", 1),
                Turn.of("resnet50/infer/1", 0.7),
                Turn.of("resnet50/infer/8", 0.5),
                Turn.of("resnet50/stream/64", 1))),
        new Suite(
            "training",
            "Training steps, ResNet-50 at 224 px",
            List.of(Turn.of("resnet50/train/32", 0), Turn.of("resnet50/train-last/32", 0))),
        new Suite(
            "small",
            "Smaller networks: ResNet-18 at 224 px, a CIFAR ResNet-20 at 32 px",
            List.of(
                Turn.of("resnet18/infer/32", 0.5),
                Turn.of("cifar-resnet20/infer/128", 0.3),
                Turn.of("cifar-resnet20/train/128", 0.5))));
  }
}
