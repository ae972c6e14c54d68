package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.testkit.Pictures;
import io.residua.testkit.Told;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that come, change and go while they are asked. */
@Timeout(180)
class SwapTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RgbImage PICTURE = Pictures.noise(50, 40, 3);

  @TempDir private Path folder;

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  /** Hands on lines as they come. */
  private final Told told =
      new Told() {
        @Override
        public void line(String text) {
          said.add(text);
        }
      };

  private ModelServer serve(Path place) {
    return Served.start(config -> config.model(place.toString()).watchSeconds(1).reportingTo(told));
  }

  /** Puts a model in the place of another at once. */
  private Path put(Path file, long seed) throws IOException {
    Path made = Served.write(Files.createTempFile(folder, "new", ".tmp"), seed);
    Files.createDirectories(file.getParent());
    return Files.move(
        made, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static double probability(String answer) throws IOException {
    return JSON.readTree(answer).get("predictions").get(0).get("probability").asDouble();
  }

  private static double expected(Path model) {
    try (Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      Prediction prediction = classifier.predict(PICTURE);
      return prediction.probability();
    }
  }

  /** Waits for a line that has the text. */
  private void awaitLine(String text) throws InterruptedException {
    String line = said.take();
    while (!line.contains(text)) {
      line = said.take();
    }
  }

  /** Clients that ask without end, until they are told or the server accepts no more. */
  private static final class Clients {
    final Queue<HttpResponse<String>> answers = new ConcurrentLinkedQueue<>();
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    final Semaphore answered = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean done;

    Clients(ModelServer server, byte[] picture) {
      for (int i = 0; i < 4; i++) {
        Thread thread = new Thread(() -> ask(server, picture));
        thread.start();
        threads.add(thread);
      }
    }

    private void ask(ModelServer server, byte[] picture) {
      while (!done) {
        try {
          answers.add(Served.post(server, "/predict", picture));
          answered.release();
        } catch (ConnectException e) {
          return;
        } catch (IOException | InterruptedException e) {
          failures.add(e);
          return;
        }
      }
    }

    void end() throws InterruptedException {
      done = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  @Test
  void aNewFileTakesTheOldOnesPlaceWithoutAGap() throws Exception {
    Path file = put(folder.resolve("pets.safetensors"), 1);
    double before = expected(file);
    byte[] png = PICTURE.toPng();
    try (ModelServer server = serve(file)) {
      Clients clients = new Clients(server, png);
      clients.answered.acquire(20);
      put(file, 2);
      double after = expected(file);
      awaitLine("pets replaced");
      clients.answered.drainPermits();
      clients.answered.acquire(20);
      clients.end();
      assertThat(clients.failures).isEmpty();
      Queue<HttpResponse<String>> answers = clients.answers;
      int old = 0;
      for (HttpResponse<String> answer : answers) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        double probability = probability(answer.body());
        boolean isOld = Math.abs(probability - before) < 1e-4;
        old += isOld ? 1 : 0;
        assertThat(isOld || Math.abs(probability - after) < 1e-4).isTrue();
      }
      assertThat(old).isPositive().isLessThan(answers.size());
      assertThat(probability(Served.post(server, "/predict", png).body()))
          .isEqualTo(after, within(1e-4));
    }
  }

  @Test
  void whatDoesNotLoadOrAnswersWronglyIsRefusedAndTheOldOneGoesOn() throws Exception {
    Path file = put(folder.resolve("pets/model.safetensors"), 1);
    try (ModelServer server = serve(folder.resolve("pets"))) {
      String before = Served.post(server, "/predict", PICTURE.toPng()).body();
      assertThat(JSON.readTree(before).get("model").asText()).isEqualTo("pets");
      Files.write(file, new byte[] {1, 2, 3});
      awaitLine("pets not loaded, the one before goes on: ");
      assertThat(Served.post(server, "/predict", PICTURE.toPng()).body()).isEqualTo(before);

      // A model whose answer is known, and a check picture that says otherwise.
      Path check = folder.resolve("pets/check/no such class");
      Files.createDirectories(check);
      PICTURE.writePng(check.resolve("one.png"));
      put(file, 2);
      awaitLine("is to be answered 'no such class'");
      assertThat(Served.post(server, "/predict", PICTURE.toPng()).body()).isEqualTo(before);

      String label;
      try (Classifier classifier = Classifier.load(file, Served.OPTIONS)) {
        label = classifier.predict(PICTURE).label();
      }
      Files.move(check, check.resolveSibling(label));
      put(file, 2);
      awaitLine("pets replaced");
      assertThat(Served.post(server, "/predict", PICTURE.toPng()).body()).isNotEqualTo(before);
    }
  }

  @Test
  void modelsAndVersionsComeAndGoInAFolder() throws Exception {
    Path models = folder.resolve("models");
    Path first = put(models.resolve("pets/1/model.safetensors"), 1);
    put(models.resolve("birds/model.safetensors"), 5);
    Files.createDirectories(models.resolve("empty"));
    try (ModelServer server = serve(models)) {
      JsonNode names = JSON.readTree(Served.get(server, "/v2/models").body()).get("models");
      assertThat(names).hasSize(2);
      String path = "/predict/pets";
      assertThat(JSON.readTree(Served.post(server, path, PICTURE.toPng()).body()).get("version"))
          .hasToString("\"1\"");
      Path second = put(models.resolve("pets/2/model.safetensors"), 2);
      awaitLine("pets version 2 loaded");
      String newest = Served.post(server, path, PICTURE.toPng()).body();
      assertThat(JSON.readTree(newest).get("version").asText()).isEqualTo("2");
      assertThat(probability(newest)).isEqualTo(expected(second), within(1e-4));
      assertThat(probability(Served.post(server, path + "/versions/1", PICTURE.toPng()).body()))
          .isEqualTo(expected(first), within(1e-4));
      Files.delete(second);
      awaitLine("pets version 2 is gone");
      assertThat(JSON.readTree(Served.post(server, path, PICTURE.toPng()).body()).get("version"))
          .hasToString("\"1\"");
    }
  }

  @Test
  void whatIsAcceptedIsAnsweredWhenTheServerStops() throws Exception {
    Path file = put(folder.resolve("pets.safetensors"), 1);
    byte[] png = PICTURE.toPng();
    ModelServer server = Served.start(config -> config.model(file.toString()).drainSeconds(1));
    Clients clients = new Clients(server, png);
    clients.answered.acquire(10);
    Thread closing = new Thread(server::close);
    closing.start();
    int ready = Served.status(server, "/health/ready");
    while (ready == 200) {
      ready = Served.status(server, "/health/ready");
    }
    assertThat(ready).isEqualTo(503);
    clients.answered.drainPermits();
    clients.answered.acquire(4); // it goes on while it drains
    closing.join();
    clients.end();
    assertThat(clients.failures).isEmpty();
    assertThat(clients.answers).allSatisfy(a -> assertThat(a.statusCode()).isEqualTo(200));
  }
}
