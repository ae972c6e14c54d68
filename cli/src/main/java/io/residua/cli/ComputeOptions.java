package io.residua.cli;

import io.residua.engine.Device;
import java.util.List;
import java.util.stream.Stream;
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
    device = Choice.of(command, "--device", value, devices());
  }

  private static List<String> devices() {
    return Stream.concat(Stream.of("auto"), Device.all().stream().map(Device::text)).toList();
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
