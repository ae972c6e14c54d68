package io.residua.cli;

import io.residua.internal.Text;
import io.residua.weights.WeightSource;
import io.residua.weights.WeightSource.Listing;
import io.residua.weights.internal.CatalogueEntry;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code residua weights list}. */
@Command(
    name = "list",
    description = "List the published weights that can be fetched by name.",
    footer = {"", "Example:", "  residua weights list --json -"})
final class WeightsListCommand implements Runnable {
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    PrintStream out = console.results(json);
    List<Listing> all = WeightSource.ofEnvironment().list();
    all.forEach(listing -> print(listing, out, console));
    out.flush();
    json.write(console, all.stream().map(Listing::toJson).toList());
    all.stream()
        .filter(listing -> !listing.cached())
        .findFirst()
        .ifPresent(listing -> console.next("weights", "fetch", listing.entry().name()));
  }

  private static void print(Listing listing, PrintStream out, Console console) {
    CatalogueEntry entry = listing.entry();
    out.println(
        console.bold(entry.name())
            + (entry.aliases().isEmpty() ? "" : "  (" + String.join(", ", entry.aliases()) + ")"));
    out.println("  " + entry.description());
    out.print(
        Text.of(
            "  published top-1 %.3f%s; %,d values; licence %s%n",
            entry.top1(),
            entry.top5() == 0 ? "" : Text.of(", top-5 %.3f", entry.top5()),
            entry.values(),
            entry.licence()));
    out.println("  pictures: " + entry.preprocessing().describe());
    entry
        .npmPackage()
        .ifPresent(
            npm ->
                out.print(
                    Text.of(
                        "  source: npm %s, %,d MB%n  checked: by SHA-256 %s%n",
                        npm.tarball().spec(), Math.round(npm.sizeBytes() / 1e6), npm.sha256())));
    if (entry.npmPackage().isEmpty()) {
      entry
          .publisherFile()
          .ifPresent(
              file ->
                  out.print(
                      Text.of(
                          "  source: %s, about %,d MB%n  checked: %s%n",
                          file.url(), Math.round(file.sizeBytes() / 1e6), file.checked())));
    }
    if (!entry.advice().isEmpty()) {
      out.println("  for: " + entry.advice());
    }
    out.println("  " + state(listing, console));
  }

  private static String state(Listing listing, Console console) {
    if (listing.cached()) {
      return "cached in " + listing.file();
    }
    return listing.problem().isEmpty()
        ? "not fetched yet"
        : Text.of(
            "not used: %s; '%s' fetches it again",
            listing.problem(), console.typed("weights", "fetch", listing.entry().name()));
  }
}
