package io.residua.bench;

import io.residua.bench.Contestant.Role;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** All who take part. */
final class Contestants {
  private static final Set<String> FULL_FIELD = Set.of("resnet50");

  private final Path bench;
  private final int threads;
  private final List<Contestant> all = new ArrayList<>();

  private Contestants(Path bench, int threads) {
    this.bench = bench;
    this.threads = threads;
  }

  /**
   * @param bench the folder {@code bench}, built and installed by {@code bench/run}
   */
  static List<Contestant> all(Path bench, int threads) {
    Contestants c = new Contestants(bench, threads);
    c.residua();
    c.javaPeers();
    c.pythonPeers();
    return List.copyOf(c.all);
  }

  /**
   * Residua as a user's program runs it, and an older build beside it.
   *
   * @param older libraries of that build
   */
  static List<Contestant> underLoad(
      Path bench, Optional<Path> older, String precision, int threads) {
    List<Contestant> builds = new ArrayList<>();
    builds.add(
        underLoad(BusyRuns.OWN, bench.resolve("target").resolve("lib"), bench, precision, threads));
    older.ifPresent(lib -> builds.add(underLoad(BusyRuns.OLDER, lib, bench, precision, threads)));
    return builds;
  }

  private static Contestant underLoad(
      String name, Path libraries, Path bench, String precision, int threads) {
    List<String> command = new ArrayList<>(javaCommand());
    command.add("-cp");
    command.add(
        bench.resolve("target/residua-bench.jar") + File.pathSeparator + libraries.resolve("*"));
    command.addAll(List.of("io.residua.bench.ResiduaContestant", precision, "" + threads));
    return new Contestant(name, name, precision, Role.RESIDUA, command, Map.of(), what -> true);
  }

  private static List<String> javaCommand() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.add("-XX:ErrorFile=target/logs/hs_err_%p.log");
    return command;
  }

  private void residua() {
    for (String precision : List.of("fp32", "bf16", "int8")) {
      java(
          "residua-" + precision,
          "Residua",
          precision,
          Role.RESIDUA,
          "target",
          List.of(),
          List.of("io.residua.bench.ResiduaContestant", precision, "" + threads),
          what -> !precision.equals("int8") || !what.task().trains());
    }
    for (String precision : List.of("fp32", "bf16", "int8")) {
      java(
          "peak-" + precision,
          "oneDNN, the convolutions alone",
          precision,
          Role.PEAK,
          "target",
          List.of(),
          List.of("io.residua.bench.ConvolutionPeak", precision),
          what ->
              FULL_FIELD.contains(what.network())
                  && what.batch() == 32
                  && (what.task() == Case.Task.INFER
                      || (what.task() == Case.Task.TRAIN && !precision.equals("int8"))));
    }
  }

  private void javaPeers() {
    String models = bench.resolve("target/models").toString();
    List<String> offline =
        List.of(
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.num_threads=" + threads,
            "-Dai.djl.pytorch.num_interop_threads=1");
    String djl = "io.residua.bench.djl.DjlPeer";
    java(
        "djl",
        "DJL, ResNetV1 of its model zoo",
        "fp32",
        Role.PEER,
        "peers/djl/target",
        offline,
        List.of(djl, "zoo"),
        what ->
            full(what)
                && what.batch() != 8
                && (what.task() == Case.Task.INFER || what.task() == Case.Task.TRAIN));
    java(
        "djl-torchscript",
        "DJL, TorchScript",
        "fp32",
        Role.PEER,
        "peers/djl/target",
        offline,
        List.of(djl, models + "/resnet50.pt"),
        what -> full(what) && what.batch() != 8 && what.task() == Case.Task.INFER);
    for (String precision : List.of("fp32", "int8")) {
      java(
          "onnxruntime-" + precision,
          "ONNX Runtime (Java)",
          precision,
          Role.PEER,
          "peers/onnxruntime/target",
          List.of(),
          List.of("io.residua.bench.onnxruntime.OnnxRuntimePeer", precision, "" + threads, models),
          what ->
              what.task() == Case.Task.INFER
                  && (full(what)
                      || (what.network().equals("resnet18") && precision.equals("fp32"))));
    }
    for (String mode : List.of("eager", "channels-last", "autocast")) {
      java(
          "libtorch-" + mode,
          "libtorch (JavaCPP) " + mode,
          mode.equals("autocast") ? "bf16" : "fp32",
          Role.PEER,
          "peers/libtorch/target",
          List.of(),
          List.of("io.residua.bench.libtorch.LibtorchPeer", mode, "" + threads),
          what ->
              full(what)
                  && what.batch() != 8
                  && (what.task() == Case.Task.INFER
                      || (what.task() == Case.Task.TRAIN && !mode.equals("eager"))));
    }
  }

  private void pythonPeers() {
    for (String mode : List.of("eager", "channels-last", "autocast", "optimized")) {
      torch("debian-" + mode, "PyTorch (Debian) " + mode, "/usr/bin/python3", mode, this::full);
    }
    for (String mode : List.of("eager", "channels-last", "autocast", "compile", "compile-bf16")) {
      torch("torch-" + mode, "PyTorch (PyPI) " + mode, venv(), mode, this::fullOrSmall);
    }
    for (String precision : List.of("fp32", "bf16", "int8")) {
      python(
          "openvino-" + precision,
          "OpenVINO",
          precision,
          List.of(
              venv(),
              "peers/python/openvino_peer.py",
              precision,
              "" + threads,
              bench.resolve("target/models").toString()),
          what ->
              what.task() == Case.Task.INFER
                  && (full(what)
                      || (what.network().equals("resnet18") && !precision.equals("int8"))));
    }
  }

  private boolean full(Case what) {
    return FULL_FIELD.contains(what.network());
  }

  private boolean fullOrSmall(Case what) {
    return full(what) || what.network().equals("resnet18") || what.network().startsWith("cifar");
  }

  private void torch(
      String name, String title, String python, String mode, Predicate<Case> networks) {
    // Where channels-last is the same and faster, the other layout's training is left out.
    Set<String> inferenceOnly = Set.of("debian-optimized", "debian-eager");
    python(
        name,
        title,
        mode.equals("autocast") || mode.equals("compile-bf16") ? "bf16" : "fp32",
        List.of(python, "peers/python/torch_peer.py", mode, "" + threads),
        what ->
            networks.test(what)
                && what.batch() != 8
                && (what.task() == Case.Task.INFER
                    || (what.task() == Case.Task.TRAIN && !inferenceOnly.contains(name))));
  }

  private String venv() {
    return bench.resolve(".venv/bin/python").toString();
  }

  private void python(
      String name, String title, String precision, List<String> command, Predicate<Case> takes) {
    all.add(new Contestant(name, title, precision, Role.PEER, command, environment(), takes));
  }

  private void java(
      String name,
      String title,
      String precision,
      Role role,
      String target,
      List<String> options,
      List<String> main,
      Predicate<Case> takes) {
    List<String> command = new ArrayList<>(javaCommand());
    command.addAll(options);
    command.add("-cp");
    command.add(classPath(bench.resolve(target)));
    command.addAll(main);
    all.add(new Contestant(name, title, precision, role, command, environment(), takes));
  }

  /** The options that the launcher gives to Java. */
  static List<String> flags() {
    List<String> flags =
        new ArrayList<>(
            Arrays.asList(
                "-XX:MaxRAMPercentage=50",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 24) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags;
  }

  private static String classPath(Path target) {
    return target.resolve("*") + File.pathSeparator + target.resolve("lib") + File.separator + "*";
  }

  private Map<String, String> environment() {
    return Map.of(
        "OMP_NUM_THREADS",
        "" + threads,
        "OPT_OUT_TRACKING",
        "true",
        "TORCHINDUCTOR_CACHE_DIR",
        bench.resolve("target/inductor").toString());
  }
}
