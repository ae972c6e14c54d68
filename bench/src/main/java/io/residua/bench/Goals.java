package io.residua.bench;

import io.residua.bench.Results.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the project wants to reach, and whether it does. */
final class Goals {
  private static final String INFER = "resnet50/infer/32";
  private static final String ALONE = "resnet50/infer/1";
  private static final String TRAIN = "resnet50/train/32";
  private static final String TRAIN_LAST = "resnet50/train-last/32";

  private final Results results;
  private final List<Contestant> field;
  private final boolean amx;
  private final List<Goal> goals = new ArrayList<>();

  /**
   * A goal.
   *
   * @param what what is wanted
   * @param wanted the bound
   * @param atLeast whether the value must not be below the bound, or not above it
   * @param value what was measured; empty where something of it was not
   */
  record Goal(String what, String unit, double wanted, boolean atLeast, Optional<Summary> value) {
    Optional<Boolean> met() {
      return value.map(v -> atLeast ? v.median() >= wanted : v.median() <= wanted);
    }
  }

  private Goals(Results results, List<Contestant> field, boolean amx) {
    this.results = results;
    this.field = field;
    this.amx = amx;
  }

  static List<Goal> of(Results results, List<Contestant> field, boolean amx) {
    Goals g = new Goals(results, field, amx);
    g.inference();
    g.training();
    g.wholeRuns();
    g.busy();
    g.ratio(
        "SVC grid search, whole process ÷ scikit-learn",
        10,
        GridSearchRuns.NAME,
        GridSearchRuns.PEER,
        GridSearchRuns.WHAT);
    g.memory("memory of the SVC grid search", GridSearchRuns.NAME, GridSearchRuns.WHAT, 4.29);
    return List.copyOf(g.goals);
  }

  private void inference() {
    ratio("inference fp32 ÷ ONNX Runtime fp32", 1.1, "residua-fp32", "onnxruntime-fp32", INFER);
    ratio("inference bf16 ÷ DJL", 8, "residua-bf16", "djl", INFER);
    ratio("inference bf16 ÷ eager PyTorch", 6, "residua-bf16", "torch-eager", INFER);
    double bf16 = amx ? 3 : 2.2;
    ratio("inference bf16 ÷ ONNX Runtime fp32", bf16, "residua-bf16", "onnxruntime-fp32", INFER);
    ratio("inference int8 ÷ ONNX Runtime int8", 1.2, "residua-int8", "onnxruntime-int8", INFER);
    for (String precision : List.of("fp32", "bf16", "int8")) {
      String own = "residua-" + precision;
      ratio("inference " + precision + " ÷ OpenVINO", 1, own, "openvino-" + precision, INFER);
      best("batch 1 " + precision, 1, own, ALONE, peer -> peer.precision().equals(precision));
    }
    ratio("inference fp32 ÷ torch.compile", 1, "residua-fp32", "torch-compile", INFER);
    ratio("inference bf16 ÷ torch.compile", 1, "residua-bf16", "torch-compile-bf16", INFER);
  }

  private void training() {
    ratio("training bf16 ÷ DJL", 4.5, "residua-bf16", "djl", TRAIN);
    best(
        "training bf16, eager autocast",
        amx ? 2 : 1.25,
        "residua-bf16",
        TRAIN,
        peer -> peer.name().endsWith("-autocast"));
    best(
        "training fp32, eager",
        1.5,
        "residua-fp32",
        TRAIN,
        peer -> peer.name().endsWith("-eager") || peer.name().endsWith("-channels-last"));
    for (String precision : List.of("fp32", "bf16")) {
      String own = "residua-" + precision;
      goals.add(
          new Goal(
              "training " + precision + ", last stage ÷ whole network",
              "times",
              3,
              true,
              results.ratio(new Key(own, TRAIN_LAST), new Key(own, TRAIN))));
    }
    memory("memory of training bf16 at batch 32", "residua-bf16", TRAIN, 3);
  }

  private void wholeRuns() {
    String command = CommandRuns.NAME;
    seconds("`residua --help`", CommandRuns.HELP, 0.4);
    seconds("`residua predict` of one picture", CommandRuns.ONE, 2);
    memory("memory of `residua predict` of one picture", command, CommandRuns.ONE, 0.7);
    goals.add(
        new Goal(
            "`residua predict` of a folder ÷ bare forward rate",
            "times",
            0.8,
            true,
            results.rates().keySet().stream()
                .filter(k -> k.what().equals(CommandRuns.STREAM))
                .findFirst()
                .flatMap(bare -> results.ratio(new Key(command, CommandRuns.FOLDER), bare))));
    goals.add(
        new Goal(
            "the same with one processor taken ÷ without",
            "times",
            0.6,
            true,
            results.ratio(
                new Key(command, CommandRuns.UNDER_LOAD), new Key(command, CommandRuns.FOLDER))));
  }

  private void busy() {
    slower("prediction with half of the processors taken ÷ quiet", 1.8, BusyRuns.Load.HALF_TAKEN);
    slower("prediction beside twice as many busy processes ÷ quiet", 4, BusyRuns.Load.TWICE_BUSY);
    goals.add(
        new Goal(
            "rate of training with half of the processors taken ÷ quiet",
            "times",
            0.6,
            true,
            results.ratio(
                new Key(BusyRuns.OWN, BusyRuns.Load.HALF_TAKEN.of(BusyRuns.TRAIN)),
                new Key(BusyRuns.OWN, BusyRuns.Load.QUIET.of(BusyRuns.TRAIN)))));
    goals.add(
        new Goal(
            "a classifier called by eight threads ÷ its rate on a folder",
            "times",
            0.95,
            true,
            results.ratio(
                new Key(BusyRuns.OWN, BusyRuns.CALLERS), new Key(BusyRuns.OWN, BusyRuns.FOLDER))));
  }

  /** Times of a prediction, which are the other way round than its rates. */
  private void slower(String what, double wanted, BusyRuns.Load load) {
    goals.add(
        new Goal(
            "time of a single " + what,
            "times",
            wanted,
            false,
            results.ratio(
                new Key(BusyRuns.OWN, BusyRuns.Load.QUIET.of(BusyRuns.PREDICT)),
                new Key(BusyRuns.OWN, load.of(BusyRuns.PREDICT)))));
  }

  private void ratio(String what, double wanted, String one, String other, String where) {
    goals.add(
        new Goal(
            what,
            "times",
            wanted,
            true,
            results.ratio(new Key(one, where), new Key(other, where))));
  }

  /** Against the fastest of several peers. */
  private void best(
      String what, double wanted, String own, String where, Predicate<Contestant> among) {
    Optional<Contestant> fastest =
        field.stream()
            .filter(c -> c.role() == Contestant.Role.PEER && among.test(c))
            .filter(c -> results.summary(c.name(), where).isPresent())
            .max(
                Comparator.comparingDouble(
                    c -> results.summary(c.name(), where).map(Summary::median).orElse(0.0)));
    goals.add(
        new Goal(
            what + " ÷ best peer" + fastest.map(c -> " (" + c.name() + ")").orElse(""),
            "times",
            wanted,
            true,
            fastest.flatMap(c -> results.ratio(new Key(own, where), new Key(c.name(), where)))));
  }

  private void memory(String what, String contestant, String where, double gigabytes) {
    long bytes = results.peakMemoryBytes(contestant, where);
    goals.add(
        new Goal(
            what,
            "GB",
            gigabytes,
            false,
            bytes == 0 ? Optional.empty() : Optional.of(Summary.of(bytes / 1e9))));
  }

  private void seconds(String what, String where, double seconds) {
    goals.add(
        new Goal(
            what,
            "s",
            seconds,
            false,
            results
                .summary(CommandRuns.NAME, where)
                .map(s -> new Summary(1 / s.median(), 1 / s.max(), 1 / s.min(), s.rounds()))));
  }
}
