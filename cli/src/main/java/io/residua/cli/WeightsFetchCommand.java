package io.residua.cli;

import io.residua.weights.CatalogueEntry;
import io.residua.weights.WeightSource;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua weights fetch}. */
@Command(
    name = "fetch",
    description = "Fetch published weights into the cache, verify them, and print where they lie.",
    footer = {"", "Example:", "  residua weights fetch resnet50.keras_in1k"})
final class WeightsFetchCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "NAME", description = "Name in 'residua weights list'.")
  private String name;

  @Mixin private OfflineOption offline;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    WeightSource source = WeightSource.ofEnvironment();
    CatalogueEntry entry = source.catalogue().named(name);
    Path file = source.store().fetch(entry, console.progress(), offline.offline());
    PrintStream out = console.out();
    out.println(file);
    out.flush();
    console.next("predict", entry.name(), "PICTURE");
  }
}
