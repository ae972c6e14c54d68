package io.residua.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Shared;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium, driven by its DevTools protocol. */
public final class Chromium implements AutoCloseable, WebSocket.Listener {
  private static final long PATIENCE_SECONDS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final StringBuilder message = new StringBuilder();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  /** What the page wrote to the console: errors, warnings, refused requests. */
  public final List<String> complaints = new CopyOnWriteArrayList<>();

  private Chromium(Process process, String address) throws IOException, InterruptedException {
    this.process = process;
    HttpClient http = HttpClient.newHttpClient();
    URI browser = URI.create(address);
    URI fresh = URI.create("http://127.0.0.1:%d/json/new".formatted(browser.getPort()));
    HttpRequest request =
        HttpRequest.newBuilder(fresh).PUT(HttpRequest.BodyPublishers.noBody()).build();
    String tab = http.send(request, BodyHandlers.ofString()).body();
    URI page = URI.create(JSON.readTree(tab).path("webSocketDebuggerUrl").asText());
    socket = http.newWebSocketBuilder().buildAsync(page, this).join();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      send(domain + ".enable", JSON.createObjectNode());
    }
  }

  /** Starts it; where there is none the test is skipped, except in CI, which must have it. */
  public static Chromium start(Path profile) throws IOException, InterruptedException {
    Optional<Path> found = find();
    if (System.getenv("CI") == null) {
      assumeTrue(found.isPresent(), "no chromium in PATH (Debian package chromium)");
    } else if (found.isEmpty()) {
      throw new AssertionError("CI must have chromium in PATH (Debian package chromium)");
    }
    Process process =
        new ProcessBuilder(
                found.get().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith("DevTools listening on ")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IOException("chromium ended at once");
    }
    Thread rest = new Thread(() -> drain(output), "chromium-output");
    rest.setDaemon(true);
    rest.start();
    return new Chromium(process, line.substring("DevTools listening on ".length()).strip());
  }

  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {
        continue; // nobody reads it, but a full pipe would stop the browser
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private static Optional<Path> find() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(f -> Stream.of("chromium", "chromium-browser").map(n -> Path.of(f, n)))
        .filter(file -> Shared.mayUseOtherPrograms() && Files.isExecutable(file))
        .findFirst();
  }

  /** Shows a page as on a screen of that width. */
  public void open(Path page, int widthPx, boolean dark) {
    ObjectNode screen = JSON.createObjectNode();
    screen.put("width", widthPx).put("height", 900).put("deviceScaleFactor", 1);
    send("Emulation.setDeviceMetricsOverride", screen.put("mobile", widthPx < 600));
    ObjectNode media = JSON.createObjectNode();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", media);
    complaints.clear();
    loaded = new CompletableFuture<>();
    send("Page.navigate", JSON.createObjectNode().put("url", page.toUri().toString()));
    loaded.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** The value of a JavaScript expression in the page. */
  public JsonNode evaluate(String script) {
    JsonNode result =
        send(
            "Runtime.evaluate",
            JSON.createObjectNode().put("expression", script).put("returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(result.path("exceptionDetails").toString());
    }
    return result.path("result").path("value");
  }

  /** The whole page as a PNG file. */
  public byte[] screenshot() {
    JsonNode size = send("Page.getLayoutMetrics", JSON.createObjectNode()).path("cssContentSize");
    ObjectNode what = JSON.createObjectNode().put("captureBeyondViewport", true);
    what.putObject("clip")
        .put("x", 0)
        .put("y", 0)
        .put("width", size.path("width").asDouble())
        .put("height", size.path("height").asDouble())
        .put("scale", 1);
    return Base64.getDecoder().decode(send("Page.captureScreenshot", what).path("data").asText());
  }

  private JsonNode send(String method, ObjectNode parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    ObjectNode call = JSON.createObjectNode().put("id", id).put("method", method);
    call.set("params", parameters);
    socket.sendText(call.toString(), true).join();
    return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    message.append(text);
    if (last) {
      try {
        received(JSON.readTree(message.toString()));
      } catch (IOException e) {
        complaints.add("not JSON: " + e.getMessage());
      }
      message.setLength(0);
    }
    from.request(1);
    return CompletableFuture.completedStage(null);
  }

  private void received(JsonNode node) {
    CompletableFuture<JsonNode> answer = pending.remove(node.path("id").asInt(-1));
    if (answer != null) {
      answer.complete(node.path("result"));
      return;
    }
    JsonNode about = node.path("params");
    switch (node.path("method").asText()) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled" ->
          complaints.add(about.toString());
      default -> {}
    }
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
