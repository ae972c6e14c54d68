package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.internal.Text;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    footer = {
      "",
      "Examples:",
      "  residua health",
      "  residua health --port 9000",
      "  residua health https://localhost:8443"
    })
final class HealthCommand implements Runnable {
  private static final int TIMEOUT_MS = 5000;
  private static final int USUAL_PORT = 8080;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "URL",
      description = "The server's address (default: http://127.0.0.1:8080).")
  private @Nullable String url;

  private @Nullable Integer port;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port of a server on this machine, in place of URL (default: 8080).")
  void setPort(int value) {
    port = WholeNumber.of(spec, "--port", value, 1, 65535);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    String address = address();
    URI ready = ready(address);
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

  private String address() {
    if (url == null) {
      return "http://127.0.0.1:" + (port == null ? USUAL_PORT : port);
    } else if (port != null) {
      throw new UsageException(Text.of("--port: the port of %s stands in it", url));
    }
    return url;
  }

  private static URI ready(String address) {
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
