package io.residua.cli;

import picocli.CommandLine.Option;

/** {@code --jsonl FILE}, for commands that answer pictures: {@link JsonRows}. */
final class JsonLinesOption extends OutputOption {
  @Option(
      names = "--jsonl",
      paramLabel = "FILE",
      order = 902,
      description = "Write a line of JSON for each picture to FILE (- for stdout), as they come.")
  void setFile(String value) {
    set("--jsonl", value);
  }
}
