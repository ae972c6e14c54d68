package io.residua.cli;

import io.residua.UsageException;
import io.residua.server.ServerConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where {@code serve} listens, whom it lets in and how it proves who it is. */
final class ServeAddressOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private int port = 8080;
  private @Nullable Integer grpcPort;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      order = 3,
      description =
          "Listen at this name or address; 0.0.0.0 for all of this machine's (default: 127.0.0.1,"
              + " which only this machine reaches).")
  private String host = "127.0.0.1";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      order = 4,
      description =
          "Answer only who sends one of the keys in FILE, one a line, as X-API-Key or"
              + " Authorization: Bearer.")
  private @Nullable Path apiKeyFile;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      order = 5,
      description =
          "Speak TLS with this certificate, PEM, the server's own first; needs --tls-key.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      order = 6,
      description = "The certificate's key, PEM (PKCS #8), not encrypted.")
  private @Nullable Path key;

  @Option(
      names = "--tls-keystore",
      paramLabel = "FILE",
      order = 7,
      description = "Speak TLS with the key in this keystore, PKCS #12 or JKS.")
  private @Nullable Path keyStore;

  @Option(
      names = "--tls-password-file",
      paramLabel = "FILE",
      order = 8,
      description = "The keystore's password is the first line of FILE.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      order = 1,
      description = "Listen at this port; 0 for any that is free (default: 8080).")
  void setPort(int value) {
    port = WholeNumber.of(command, "--port", value, 0, 65535);
  }

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      order = 2,
      description =
          "Also speak the Open Inference Protocol over gRPC at this port; 0 for any that is free"
              + " (default: no gRPC; needs residua-server-grpc beside the program).")
  void setGrpcPort(int value) {
    grpcPort = WholeNumber.of(command, "--grpc-port", value, 0, 65535);
  }

  /**
   * Sets what was given.
   *
   * @throws UsageException with one line, if options or files do not belong together
   */
  void apply(ServerConfig config) {
    config.host(host).port(port);
    if (grpcPort != null) {
      config.grpcPort(grpcPort);
    }
    if (apiKeyFile != null) {
      config.apiKeyFile(apiKeyFile);
    }
    if (certificate != null && key != null) {
      if (keyStore != null) {
        throw new UsageException("--tls-keystore: not with --tls-cert and --tls-key");
      }
      config.tls(certificate, key);
    } else if (certificate != null || key != null) {
      throw new UsageException(
          certificate == null ? "--tls-key: needs --tls-cert" : "--tls-cert: needs --tls-key");
    } else if (keyStore != null) {
      config.tlsKeyStore(keyStore, passwordFile);
    }
    if (passwordFile != null && keyStore == null) {
      throw new UsageException("--tls-password-file: needs --tls-keystore");
    }
  }
}
