package io.residua.cli;

import io.residua.UsageException;
import io.residua.data.internal.Shard;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --shard}: a part of the pictures, for work that several machines share. */
final class ShardOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private Shard shard = Shard.WHOLE;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      order = 4,
      description =
          "Only every N-th picture, beginning with the I-th: 1/4 to 4/4 share the same list between"
              + " four runs.")
  void setShard(String value) {
    try {
      shard = Shard.parse(value);
    } catch (UsageException e) {
      throw new ParameterException(command.commandLine(), "--shard " + e.getMessage(), e);
    }
  }

  Shard shard() {
    return shard;
  }
}
