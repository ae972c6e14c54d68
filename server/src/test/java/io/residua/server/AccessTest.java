package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import io.residua.testkit.Told;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, and by which proof of who answers. */
class AccessTest {
  private static final String PASSWORD = OwnKeys.PASSWORD;

  @TempDir private Path folder;

  private Path model;

  @BeforeEach
  void makeModel() {
    model = Served.write(folder.resolve("pets.safetensors"), 1);
  }

  private static int status(ModelServer server, String path, String... headers) throws Exception {
    HttpRequest.Builder request = Served.request(server, path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return Served.send(request.build()).statusCode();
  }

  @Test
  void onlyWhoHasAKeyIsAnswered() throws Exception {
    Path keys = folder.resolve("keys.txt");
    Files.writeString(keys, "# of the two teams\nfirst-key-0123456789\n\nsecond-key-012345678\n");
    try (ModelServer server =
        Served.start(config -> config.model(model.toString()).apiKeyFile(keys))) {
      for (String path : List.of("/metrics", "/v2/models/pets", "/nothing")) {
        assertThat(status(server, path)).as(path).isEqualTo(401);
        assertThat(status(server, path, "X-API-Key", "third-key-0123456789")).isEqualTo(401);
      }
      assertThat(Served.post(server, "/predict", new byte[1]).statusCode()).isEqualTo(401);
      assertThat(status(server, "/metrics", "X-API-Key", "first-key-0123456789")).isEqualTo(200);
      assertThat(status(server, "/metrics", "Authorization", "Bearer second-key-012345678"))
          .isEqualTo(200);
      assertThat(status(server, "/metrics", "Authorization", "Basic second-key-012345678"))
          .isEqualTo(401);
      assertThat(status(server, "/health/live")).isEqualTo(200);
      assertThat(status(server, "/v2/health/ready")).isEqualTo(200);
      HttpResponse<String> refused = Served.get(server, "/metrics");
      assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
  }

  @Test
  void aFileWithoutGoodKeysIsRefused() throws Exception {
    Path keys = folder.resolve("keys.txt");
    for (String text : List.of("", "# nothing\n", "good-key-0123456789\nshort\n")) {
      Files.writeString(keys, text);
      assertThatExceptionOfType(UsageException.class)
          .isThrownBy(
              () -> ModelServer.create(config -> config.model(model.toString()).apiKeyFile(keys)))
          .withMessageStartingWith(keys.toString());
    }
  }

  @Test
  void aServerThatIsOpenToOthersWithoutKeysWarns() {
    Told told = new Told();
    try (ModelServer server =
        Served.start(config -> config.model(model.toString()).host("0.0.0.0").reportingTo(told))) {
      assertThat(server.port()).isPositive();
      assertThat(told.warnings).singleElement().asString().contains("no keys are set");
    }
    Told quiet = new Told();
    try (ModelServer server =
        Served.start(config -> config.model(model.toString()).reportingTo(quiet))) {
      assertThat(server.port()).isPositive();
      assertThat(quiet.warnings).isEmpty();
    }
  }

  @Test
  void itSpeaksTlsByPemAndByAKeyStore() throws Exception {
    for (String algorithm : List.of("EC", "RSA")) {
      Path store = OwnKeys.keyStore(folder, algorithm);
      Path certificate = folder.resolve(algorithm + ".crt");
      Path key = folder.resolve(algorithm + ".key");
      Path password = folder.resolve("password.txt");
      KeyStore read = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Files.writeString(certificate, pem("CERTIFICATE", read.getCertificate("own").getEncoded()));
      Files.writeString(
          key, pem("PRIVATE KEY", read.getKey("own", PASSWORD.toCharArray()).getEncoded()));
      Files.writeString(password, PASSWORD + "\n");
      HttpClient client = trusting(read.getCertificate("own"));
      try (ModelServer server =
          Served.start(config -> config.model(model.toString()).tls(certificate, key))) {
        assertThat(server.address().getScheme()).isEqualTo("https");
        answers(client, server);
      }
      try (ModelServer server =
          Served.start(config -> config.model(model.toString()).tlsKeyStore(store, password))) {
        answers(client, server);
      }
    }
  }

  private static void answers(HttpClient client, ModelServer server) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(server.address().resolve("/health/ready")).build(),
            BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("{\"ready\":true}");
  }

  @Test
  void whatIsNoCertificateOrNotItsKeyIsToldByTheFile() throws Exception {
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    KeyStore one =
        KeyStore.getInstance(OwnKeys.keyStore(folder, "EC").toFile(), PASSWORD.toCharArray());
    KeyStore two =
        KeyStore.getInstance(OwnKeys.keyStore(folder, "RSA").toFile(), PASSWORD.toCharArray());
    Files.writeString(certificate, pem("CERTIFICATE", one.getCertificate("own").getEncoded()));
    Files.writeString(
        key, pem("PRIVATE KEY", two.getKey("own", PASSWORD.toCharArray()).getEncoded()));
    refuses(certificate, key, "is not the key of the first certificate");
    Files.writeString(key, pem("EC PRIVATE KEY", new byte[9]));
    refuses(certificate, key, "openssl pkcs8 -topk8");
    Files.writeString(key, pem("PRIVATE KEY", new byte[9]));
    refuses(certificate, key, "damaged");
    Files.writeString(key, "hello");
    refuses(certificate, key, "no private key");
    Files.writeString(certificate, "hello");
    refuses(certificate, key, "server.crt");
    refuses(folder.resolve("absent.crt"), key, "absent.crt");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () ->
                ModelServer.create(
                    config -> config.model("x").tlsKeyStore(folder.resolve("EC.p12"), key)))
        .withMessageContaining("the password is not right");
  }

  private void refuses(Path certificate, Path key, String said) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> ModelServer.create(config -> config.model("x").tls(certificate, key)))
        .withMessageContaining(said);
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), what);
  }

  private static HttpClient trusting(Certificate certificate)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, OwnKeys.trusting(certificate).getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
