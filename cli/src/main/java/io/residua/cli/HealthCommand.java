package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.internal.Text;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua health}. */
@Command(
    name = "health",
    description = {
      "Ask a server whether it is ready.",
      "",
      "For what looks after a server that 'residua serve' runs, where there is no curl, as in a"
          + " container. The exit code is 0 if all its models are loaded, else 1; a server that does"
          + " not answer within 5 seconds is not ready."
    },
    footer = {"", "Examples:", "  residua health", "  residua health http://localhost:9000"})
final class HealthCommand implements Runnable {
  private static final int TIMEOUT_MS = 5000;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "URL",
      description = "The server's address (default: http://127.0.0.1:8080).")
  private String address = "http://127.0.0.1:8080";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    URI ready = ready();
    int status;
    try {
      HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      connection.setInstanceFollowRedirects(false);
      status = connection.getResponseCode();
      connection.disconnect();
    } catch (IOException e) {
      throw new ResiduaException(Text.of("%s does not answer: %s", address, e.getMessage()), e);
    }
    if (status != HttpURLConnection.HTTP_OK) {
      throw new ResiduaException(Text.of("%s is not ready: HTTP %d", address, status));
    }
    console.out().println(address + " is ready");
  }

  private URI ready() {
    if (address.matches("https?://[^/?#]+/?")) {
      try {
        return URI.create(address).resolve("/health/ready");
      } catch (IllegalArgumentException e) {
        // told below
      }
    }
    throw new UsageException(Text.of("%s: no address such as http://localhost:8080", address));
  }
}
