package io.residua.cli;

import io.residua.weights.WeightSource;
import io.residua.weights.internal.CatalogueEntry;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua weights fetch}. */
@Command(
    name = "fetch",
    description = "Fetch published weights into the cache, verify them, and print where they lie.",
    footer = {
      "",
      "Examples:",
      "  residua weights fetch resnet50.keras_in1k",
      "  residua weights fetch resnet50.keras_in1k --again"
    })
final class WeightsFetchCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "NAME", description = "Name in 'residua weights list'.")
  private String name;

  @Option(
      names = "--again",
      description = "Fetch them even if they are cached; what was cached stays if that fails.")
  private boolean again;

  @Mixin private OfflineOption offline;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    WeightSource source = offline.source();
    CatalogueEntry entry = source.catalogue().named(name);
    if (again && offline.offline()) {
      throw new ParameterException(
          spec.commandLine(), "--again fetches over the network, which --offline forbids");
    }
    Path file =
        again
            ? source.store().fetchAgain(entry, console.progress())
            : source.locate(entry.name(), console.progress());
    PrintStream out = console.out();
    out.println(file);
    out.flush();
    console.next("predict", entry.name(), "PICTURE");
  }
}
