package io.residua.server;

import io.residua.image.Preprocessing;
import io.residua.model.Classifier;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Tiny;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Small models behind an address, and a client. */
public final class Served {
  public static final List<String> CLASSES = List.of("cat", "dog", "owl", "newt");
  public static final Classifier.Options OPTIONS = Classifier.Options.on(Tiny.ONE_THREAD);

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Served() {}

  /** A model of random weights, other for every seed. */
  public static Path write(Path file, long seed) {
    Preprocessing input = Preprocessing.preset("torchvision").withSize(32);
    RandomModel.of("resnet20-cifar-b", "gap-linear", CLASSES, input, seed).write(file);
    return file;
  }

  /** What a request without a body is answered. */
  static int status(ModelServer server, String path) throws IOException, InterruptedException {
    return get(server, path).statusCode();
  }

  /** What comes back over a connection on which some bytes were sent. */
  static String raw(ModelServer server, String sent) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** A server at a port that is free. */
  public static ModelServer start(Consumer<ServerConfig> settings) {
    return ModelServer.create(
            config -> {
              config.port(0).options(OPTIONS);
              settings.accept(config);
            })
        .start();
  }

  public static HttpRequest.Builder request(ModelServer server, String path) {
    return HttpRequest.newBuilder(server.address().resolve(path));
  }

  public static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  public static HttpResponse<String> get(ModelServer server, String path)
      throws IOException, InterruptedException {
    return send(request(server, path).build());
  }

  public static HttpResponse<String> post(ModelServer server, String path, byte[] body)
      throws IOException, InterruptedException {
    return send(request(server, path).POST(BodyPublishers.ofByteArray(body)).build());
  }
}
