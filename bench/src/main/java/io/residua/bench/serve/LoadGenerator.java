package io.residua.bench.serve;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Asks a server for pictures over HTTP/1.1 and compares every answer with what is expected. */
final class LoadGenerator {
  private final Protocol protocol;
  private final List<HttpRequest> requests = new ArrayList<>();
  private final Asked asked;

  LoadGenerator(Protocol protocol, URI server, Asked asked) {
    this.protocol = protocol;
    this.asked = asked;
    asked.files().forEach(f -> requests.add(protocol.request(server, f)));
  }

  /** What is counted while a load lasts. */
  private final class Count {
    private final long startNanos = System.nanoTime();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    private final AtomicLong wrong = new AtomicLong();
    private final DoubleAccumulator worst = new DoubleAccumulator(Math::max, 0);

    void answer(int index, long sentNanos, HttpResponse<byte[]> response) {
      status(response.statusCode());
      if (response.statusCode() != 200) {
        return;
      }
      millis.add((System.nanoTime() - sentNanos) / 1e6);
      try {
        double difference = asked.difference(index, protocol.answer(response.body()));
        if (difference > asked.tolerance()) {
          wrong.incrementAndGet();
        } else {
          worst.accumulate(difference);
        }
      } catch (IOException e) {
        wrong.incrementAndGet();
      }
    }

    void status(int status) {
      statuses.computeIfAbsent(status, s -> new AtomicLong()).incrementAndGet();
    }

    Load end() {
      return end((System.nanoTime() - startNanos) / 1e9);
    }

    Load end(double seconds) {
      Map<Integer, Long> counts = new ConcurrentHashMap<>();
      statuses.forEach((status, n) -> counts.put(status, n.get()));
      double[] times = millis.stream().mapToDouble(Double::doubleValue).toArray();
      return new Load(seconds, counts, wrong.get(), worst.get(), times);
    }
  }

  /** So many connections, each asking again once it is answered, for some seconds. */
  Load during(int connections, double seconds) throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    return closed(connections, index -> {}, () -> System.nanoTime() < end);
  }

  /**
   * So many requests in all.
   *
   * @param each is told of each number before it is asked
   */
  Load count(int connections, int requestsInAll, IntConsumer each) throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    return closed(connections, each, () -> begun.getAndIncrement() < requestsInAll);
  }

  /** As long as it is wanted. */
  Load whilst(int connections, AtomicBoolean wanted) throws InterruptedException {
    return closed(connections, index -> {}, wanted::get);
  }

  private Load closed(int connections, IntConsumer each, BooleanSupplier goOn)
      throws InterruptedException {
    HttpClient client = client();
    Count count = new Count();
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (goOn.getAsBoolean()) {
                  int index = next.getAndIncrement();
                  each.accept(index);
                  ask(client, index, count);
                }
              },
              "connection-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    return count.end();
  }

  private void ask(HttpClient client, int index, Count count) {
    long sent = System.nanoTime();
    try {
      count.answer(index, sent, client.send(request(index), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      count.status(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      count.status(0);
    }
  }

  /**
   * Requests that begin at a rate, whatever becomes of those before.
   *
   * @param rate requests a second
   */
  Load open(double rate, double seconds) throws InterruptedException {
    HttpClient client = client();
    Count count = new Count();
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    long start = System.nanoTime();
    int requestsInAll = (int) (rate * seconds);
    for (int i = 0; i < requestsInAll; i++) {
      long due = start + (long) (i / rate * 1e9);
      long early = due - System.nanoTime();
      if (early > 0) {
        TimeUnit.NANOSECONDS.sleep(early);
      }
      int index = i;
      long sent = due; // a generator that lags hides nothing
      answers.add(
          client
              .sendAsync(request(index), BodyHandlers.ofByteArray())
              .handle(
                  (response, failure) -> {
                    if (failure == null) {
                      count.answer(index, sent, response);
                    } else {
                      count.status(0);
                    }
                    return null;
                  }));
    }
    double sendingSeconds = (System.nanoTime() - start) / 1e9;
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    return count.end(sendingSeconds);
  }

  private HttpRequest request(int index) {
    return requests.get(index % requests.size());
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }
}
