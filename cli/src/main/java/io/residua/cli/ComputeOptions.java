package io.residua.cli;

import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --device} and {@code --threads}, for commands that run networks. */
final class ComputeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private ThreadsOption threads;

  private String device = "auto";

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      order = 909,
      description =
          "What computes: auto, cpu (oneDNN) or java (plain Java, slow; needs no native libraries)"
              + " (default: auto).")
  void setDevice(String value) {
    device = Choice.of(command, "--device", value, List.of("auto", "cpu", "java"));
  }

  /** {@code auto}, {@code cpu} or {@code java}. */
  String device() {
    return device;
  }

  /** How many threads compute, at least 1. */
  int threads() {
    return threads.threads();
  }
}
