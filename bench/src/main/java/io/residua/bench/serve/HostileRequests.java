package io.residua.bench.serve;

import static java.util.Objects.requireNonNull;

import io.residua.internal.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/** Requests that no well-meaning client sends, over bare sockets. */
final class HostileRequests {
  /** A request that got no answer: its connection was closed. */
  static final int CLOSED = 0;

  /** A request that got no answer, and whose connection stayed open. */
  static final int LEFT_OPEN = -1;

  /** A request that could not be sent: nobody accepted the connection. */
  static final int NOT_REACHED = -2;

  private static final int AT_ONCE = 16;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int PACKED_ZEROS = 80 << 20;
  private static final int MOST_PIXELS_SIDE = 60_000;

  /** Writes to a connection; may end its own side. */
  private interface Attack {
    void send(Socket socket, Random random) throws IOException, InterruptedException;
  }

  private final URI server;
  private final String model;
  private final byte[] jpeg;
  private final byte[] packedZeros;
  private final Map<String, Attack> attacks = new TreeMap<>();

  /**
   * @param model whose routes are asked
   * @param jpeg a picture that is in order
   */
  HostileRequests(URI server, String model, byte[] jpeg) throws IOException {
    this.server = server;
    this.model = model;
    this.jpeg = jpeg.clone();
    packedZeros = gzip(PACKED_ZEROS);
    transport();
    contents();
    names();
  }

  /**
   * Sends requests, each kind as often as the others, sixteen at a time.
   *
   * @return how often each kind got which status, {@link #CLOSED} or {@link #LEFT_OPEN}
   */
  SortedMap<String, SortedMap<Integer, Long>> send(int requests, long seed)
      throws InterruptedException, IOException {
    List<String> kinds = List.copyOf(attacks.keySet());
    Map<String, Map<Integer, AtomicLong>> counts = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        String kind = kinds.get(i % kinds.size());
        Random random = new Random(seed + i);
        all.add(
            threads.submit(
                () -> {
                  int status = outcome(requireNonNull(attacks.get(kind)), random);
                  counts
                      .computeIfAbsent(kind, k -> new ConcurrentHashMap<>())
                      .computeIfAbsent(status, s -> new AtomicLong())
                      .incrementAndGet();
                  return status;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
    SortedMap<String, SortedMap<Integer, Long>> sorted = new TreeMap<>();
    counts.forEach(
        (kind, statuses) -> {
          SortedMap<Integer, Long> of = new TreeMap<>();
          statuses.forEach((status, n) -> of.put(status, n.get()));
          sorted.put(kind, of);
        });
    return sorted;
  }

  private int outcome(Attack attack, Random random) throws InterruptedException {
    try (Socket socket = new Socket()) {
      try {
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), PATIENCE_MILLIS);
      } catch (IOException e) {
        return NOT_REACHED;
      }
      socket.setSoTimeout(PATIENCE_MILLIS);
      try {
        attack.send(socket, random);
      } catch (IOException e) {
        // the server has closed the connection, or answered and closed it
      }
      return status(socket.getInputStream());
    } catch (SocketTimeoutException e) {
      return LEFT_OPEN;
    } catch (IOException e) {
      return CLOSED;
    }
  }

  /** The first status on the connection. */
  private static int status(InputStream in) throws IOException {
    byte[] head = in.readNBytes("HTTP/1.1 ...".length());
    String text = new String(head, StandardCharsets.ISO_8859_1);
    return text.matches("HTTP/1\\.[01] [1-5][0-9]{2}")
        ? Integer.parseInt(text.substring(9))
        : CLOSED;
  }

  private void transport() {
    attacks.put(
        "a body that is half sent",
        (socket, random) -> {
          write(socket, head("/predict", "Content-Length: " + jpeg.length));
          socket.getOutputStream().write(jpeg, 0, random.nextInt(jpeg.length));
          socket.shutdownOutput();
        });
    attacks.put(
        "a body that comes slowly",
        (socket, random) -> {
          write(socket, head("/predict", "Content-Length: " + jpeg.length));
          drip(socket, jpeg);
        });
    attacks.put(
        "headers that come slowly",
        (socket, random) -> drip(socket, head("/predict", "Content-Length: " + jpeg.length)));
    attacks.put(
        "lengths that are wrong",
        (socket, random) -> {
          String length =
              switch (random.nextInt(5)) {
                case 0 -> "Content-Length: -1";
                case 1 -> "Content-Length: 99999999999999999999";
                case 2 -> "Content-Length: 5\r\nContent-Length: 6";
                case 3 -> "Content-Length: 5\r\nTransfer-Encoding: chunked";
                default -> "Content-Length: many";
              };
          write(socket, head("/predict", length));
          socket.getOutputStream().write(jpeg);
        });
    attacks.put(
        "chunks that are none",
        (socket, random) -> {
          write(socket, head("/predict", "Transfer-Encoding: chunked"));
          write(socket, ascii(Text.of("%x\r\nabc\r\nnot a number\r\n\r\n", random.nextInt(1000))));
          socket.shutdownOutput();
        });
    attacks.put(
        "bytes that are not HTTP",
        (socket, random) -> {
          byte[] bytes = new byte[1 + random.nextInt(4000)];
          random.nextBytes(bytes);
          write(socket, bytes);
          socket.shutdownOutput();
        });
    attacks.put(
        "headers that are too long",
        (socket, random) ->
            write(
                socket,
                head("/predict", "X-Long: " + "a".repeat(20_000 + random.nextInt(100_000)))));
    attacks.put(
        "gzip that grows a thousandfold",
        (socket, random) -> post(socket, "/predict", packedZeros, "Content-Encoding: gzip"));
    attacks.put(
        "gzip that is none",
        (socket, random) -> post(socket, infer(), jpeg, "Content-Encoding: gzip"));
  }

  private void contents() {
    attacks.put("a picture of billions of pixels", (s, r) -> post(s, "/predict", bomb(r)));
    attacks.put(
        "a picture that is cut off",
        (socket, random) -> {
          byte[] part = new byte[random.nextInt(200)];
          System.arraycopy(jpeg, 0, part, 0, part.length);
          post(socket, "/predict", part);
        });
    attacks.put(
        "JSON a hundred thousand deep",
        (socket, random) ->
            post(
                socket,
                random.nextBoolean() ? infer() : "/predict",
                ascii((random.nextBoolean() ? "[" : "{\"a\":").repeat(100_000)),
                "Content-Type: application/json"));
    attacks.put(
        "tensors that are wrong",
        (socket, random) -> {
          String shape =
              List.of(
                      "[1,3,224,224]",
                      "[-1]",
                      "[2147483647,2147483647]",
                      "[0]",
                      "[]",
                      "\"x\"",
                      "[1.5]")
                  .get(random.nextInt(7));
          String type = List.of("FP32", "BYTES", "UINT8", "NONE").get(random.nextInt(4));
          String data = List.of("[1,2,3]", "[[1],[2,3]]", "{}", "null").get(random.nextInt(4));
          post(
              socket,
              infer(),
              ascii(
                  Text.of(
                      "{\"inputs\":[{\"name\":\"image\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}",
                      shape, type, data)),
              "Content-Type: application/json");
        });
    attacks.put(
        "binary tensors of a wrong size",
        (socket, random) -> {
          long size = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt();
          byte[] json =
              ascii(
                  Text.of(
                      "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\","
                          + "\"parameters\":{\"binary_data_size\":%d}}]}",
                      size));
          ByteArrayOutputStream body = new ByteArrayOutputStream();
          body.writeBytes(json);
          body.writeBytes(ByteBuffer.allocate(4).putInt(random.nextInt()).array());
          body.writeBytes(ascii("not a picture"));
          post(
              socket,
              infer(),
              body.toByteArray(),
              "Inference-Header-Content-Length: "
                  + (random.nextBoolean() ? json.length : random.nextInt()));
        });
  }

  private void names() {
    attacks.put(
        "names of models that are paths",
        (socket, random) -> {
          String name =
              List.of(
                      "..%2f..%2fmodels",
                      "../../x", "%2e%2e/x", "a%00b", "%5c..%5cx", "m".repeat(4000))
                  .get(random.nextInt(6));
          String path =
              List.of("/predict/" + name, "/v2/models/" + name + "/infer").get(random.nextInt(2));
          post(socket, path, jpeg);
        });
    attacks.put(
        "parameters that are huge",
        (socket, random) -> {
          String parameter =
              List.of(
                      "top=99999999999999999999",
                      "top=-1",
                      "timeout_ms=1e300",
                      "x=" + "y".repeat(5000),
                      "a&".repeat(2000),
                      "explain=%ff%fe")
                  .get(random.nextInt(6));
          post(socket, "/predict?" + parameter, jpeg);
        });
    attacks.put(
        "other methods and routes",
        (socket, random) -> {
          String method = List.of("PUT", "DELETE", "PATCH", "BREW").get(random.nextInt(4));
          String path = List.of("/predict", "/v2", "/metrics", "/nothing").get(random.nextInt(4));
          write(
              socket,
              ascii(
                  Text.of("%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", method, path)));
        });
  }

  private String infer() {
    return "/v2/models/" + model + "/infer";
  }

  /** A PNG that says it has billions of pixels, and has none. */
  private static byte[] bomb(Random random) {
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put(ascii("IHDR"));
    header.putInt(MOST_PIXELS_SIDE - random.nextInt(1000)).putInt(MOST_PIXELS_SIDE);
    header.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 checksum = new CRC32();
    checksum.update(header.array());
    return ByteBuffer.allocate(33)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put(header.array())
        .putInt((int) checksum.getValue())
        .array();
  }

  private static byte[] gzip(int zeros) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      byte[] block = new byte[1 << 16];
      for (int i = 0; i < zeros; i += block.length) {
        out.write(block);
      }
    }
    return packed.toByteArray();
  }

  private static void post(Socket socket, String path, byte[] body, String... headers)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length);
    write(socket, head(path, all.toArray(String[]::new)));
    write(socket, body);
  }

  private static byte[] head(String path, String... headers) {
    return ascii(
        Text.of(
            "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n",
            path, String.join("\r\n", headers)));
  }

  private static void write(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** A byte every tenth of a second, for as long as the server takes it. */
  private static void drip(Socket socket, byte[] bytes) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    for (int i = 0; i < bytes.length && System.nanoTime() < end; i++) {
      socket.getOutputStream().write(bytes[i]);
      Thread.sleep(100);
      if (socket.getInputStream().available() > 0) {
        return;
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
