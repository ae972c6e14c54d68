package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The server as it is started by its command. */
@Timeout(300)
@ExtendWith(SmallRun.Resolver.class)
class ServeCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void itAnswersAsPredictDoesAndEndsWhenItIsTold(SmallRun small) throws Exception {
    Path picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg");
    TestRun predict = new TestRun();
    assertThat(predict.execute("predict", small.run().toString(), picture.toString(), "--json=-"))
        .as(predict.err())
        .isZero();
    JsonNode expected = JSON.readTree(predict.out()).get("predictions").get(0);

    Path log = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Processes.residua(
                    List.of(), List.of("serve", "fruit=" + small.run(), "--port", "0")))
            .redirectOutput(log.toFile())
            .start();
    try (BufferedReader err =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      URI address = address(err);
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address.resolve("/predict?top=1"))
                      .header(
                          "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                      .POST(HttpRequest.BodyPublishers.ofFile(picture))
                      .build(),
                  BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode first = JSON.readTree(answer.body()).get("predictions").get(0);
      assertThat(first.get("label").asText()).isEqualTo(expected.get("class").asText());
      assertThat(first.get("probability").asDouble())
          .isCloseTo(expected.get("probability").asDouble(), within(1e-4));

      String served = address.resolve("/").toString();
      TestRun ready = new TestRun();
      assertThat(ready.execute("health", served)).as(ready.err()).isZero();
      assertThat(ready.out()).isEqualTo(served + " is ready\n");

      process.destroy(); // SIGTERM
      assertThat(process.waitFor()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
    JsonNode line = JSON.readTree(Files.readAllLines(log).get(0));
    assertThat(line.get("status").asInt()).isEqualTo(200);
    assertThat(line.get("model").asText()).isEqualTo("fruit");
    assertThat(line.get("trace_id").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(line.get("bytes_in").asLong()).isEqualTo(Files.size(picture));
  }

  private static URI address(BufferedReader err) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("listening at ")) {
        return URI.create(line.substring("listening at ".length()));
      }
    }
    throw new AssertionError(said);
  }

  @Test
  void healthTellsAServerThatIsNotReadyFromOneThatIsNotThere() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    TestRun starting = new TestRun();
    assertThat(starting.execute("health", address)).isEqualTo(1);
    assertThat(starting.err()).isEqualTo("residua: " + address + " is not ready: HTTP 503\n");
    TestRun byPort = new TestRun();
    assertThat(byPort.execute("health", "--port", "" + server.getAddress().getPort())).isEqualTo(1);
    assertThat(byPort.err()).isEqualTo(starting.err());
    TestRun both = new TestRun();
    assertThat(both.execute("health", address, "--port=9000")).isEqualTo(2);

    server.stop(0);
    TestRun gone = new TestRun();
    assertThat(gone.execute("health", address)).isEqualTo(1);
    assertThat(gone.err())
        .isEqualTo("residua: " + address + " does not answer: Connection refused\n");
    TestRun wrong = new TestRun();
    assertThat(wrong.execute("health", "localhost:9000")).isEqualTo(2);
    assertThat(wrong.err())
        .isEqualTo("residua: localhost:9000: no address such as http://localhost:8080\n");
  }

  @Test
  void whatCannotBeServedIsToldInOneLine(SmallRun small) throws IOException {
    TestRun absent = new TestRun();
    assertThat(absent.execute("serve", folder.resolve("nothing").toString(), "--port=0"))
        .isEqualTo(1);
    assertThat(absent.err().lines().reduce((a, b) -> b).orElse(""))
        .startsWith("residua: ")
        .contains("nothing")
        .doesNotContain("internal error");
    TestRun twice = new TestRun();
    String run = small.run().toString();
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      TestRun taken = new TestRun();
      assertThat(taken.execute("serve", run, "--port=" + other.getLocalPort())).isEqualTo(1);
      assertThat(taken.err())
          .contains("cannot listen at 127.0.0.1 port " + other.getLocalPort())
          .contains("give another port, or 0 for any that is free (option: --port)");
    }
    assertThat(twice.execute("serve", run, run, "--port=0")).isEqualTo(2);
    assertThat(twice.err()).contains("two models are called run");
    TestRun half = new TestRun();
    assertThat(half.execute("serve", run, "--port=0", "--tls-cert=server.crt")).isEqualTo(2);
    assertThat(half.err()).contains("--tls-cert: needs --tls-key");
    TestRun rpc = new TestRun();
    assertThat(rpc.execute("serve", run, "--port=0", "--grpc-port=0")).isEqualTo(2);
    assertThat(rpc.err()).contains("gRPC needs the module residua-server-grpc");
    TestRun empty = new TestRun();
    assertThat(empty.execute("serve", folder.toString(), "--port=0")).isEqualTo(2);
    assertThat(empty.err()).contains("no model there");
  }
}
