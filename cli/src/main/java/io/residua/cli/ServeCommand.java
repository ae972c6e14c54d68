package io.residua.cli;

import io.residua.internal.Text;
import io.residua.server.ModelServer;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua serve}. */
@Command(
    name = "serve",
    description = {
      "Answer pictures over HTTP.",
      "",
      "Runs until it is stopped. A line of JSON on stdout tells of each request, unless --quiet is"
          + " given. Whoever reaches the address may ask, so that it is this machine's own unless"
          + " --host says otherwise; --api-key-file lets in only those who have a key."
    },
    footer = {
      "",
      "Examples:",
      "  residua serve run",
      "  residua serve pets=run --port 9000 --host 0.0.0.0 --api-key-file keys.txt",
      "  residua serve models/ --drain-seconds 20"
    })
final class ServeCommand implements Callable<Integer> {
  /** What requests that are under way may take beside the drain. */
  private static final int LAST_SECONDS = 60;

  @Parameters(
      index = "0..*",
      arity = "1..*",
      paramLabel = "MODEL",
      description =
          "A run's folder, a model file, published weights by name, several of these with commas"
              + " between them, NAME= and one of these, or a folder of models with version folders"
              + " (m/1/model.safetensors).")
  private List<String> models;

  @Mixin private ServeAddressOptions address;
  @Mixin private ServeLimitOptions limits;
  @Mixin private TtaOption tta;
  @Mixin private AnsweringOptions answering;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    ModelServer created =
        ModelServer.create(
            config -> {
              models.forEach(config::model);
              address.apply(config);
              config.reportingTo(console.progress());
              config.weights(answering.weights());
              config.options(answering.options(tta.augmentation(), console));
              config.accessLog(console.isQuiet() ? line -> {} : lines(console));
              limits.apply(config);
            });
    console.allowToEnd(limits.drainSeconds() + LAST_SECONDS);
    try (ModelServer server = created.start()) {
      console.note("listening at " + server.address());
      server.grpcPort().ifPresent(port -> console.note("listening for gRPC at port " + port));
      console.note(
          Text.of("try: curl --data-binary @cat.jpg %s", server.address().resolve("/predict")));
      server.await();
    } catch (InterruptedException e) {
      // the user has stopped it, and it is closed
    }
    return ExitCode.OK;
  }

  private static Consumer<String> lines(Console console) {
    PrintStream out = console.machineOut();
    return line -> {
      synchronized (out) {
        out.println(line);
        out.flush();
      }
    };
  }
}
