package io.residua.bench.serve;

import io.residua.bench.ProcFiles;
import io.residua.internal.Text;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A server's process. */
final class RunningServer implements AutoCloseable {
  private static final int READY_SECONDS = 180;
  private static final int END_SECONDS = 60;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final URI address;
  private final String readyPath;
  private final long startNanos = System.nanoTime();
  private double readySeconds;

  private RunningServer(Process process, URI address, String readyPath) {
    this.process = process;
    this.address = address;
    this.readyPath = readyPath;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param log takes what it prints
   * @throws IOException if it does not get ready
   */
  static RunningServer start(Contender contender, Path log)
      throws IOException, InterruptedException {
    return start(contender.command(), contender, log);
  }

  /** Starts another command of a contender, such as {@code residua serve} with more options. */
  static RunningServer start(IntFunction<List<String>> command, Contender like, Path log)
      throws IOException, InterruptedException {
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(command.apply(port))
            .directory(like.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(like.environment());
    RunningServer server =
        new RunningServer(
            builder.start(), URI.create("http://127.0.0.1:" + port), like.readyPath());
    try {
      server.awaitReady(log);
    } catch (IOException | InterruptedException e) {
      server.kill();
      throw e;
    }
    return server;
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    while (!ready()) {
      double waited = (System.nanoTime() - startNanos) / 1e9;
      if (!process.isAlive() || waited > READY_SECONDS) {
        throw new IOException(Text.of("not ready after %.0f s: %s", waited, lastLine(log)));
      }
      Thread.sleep(20);
    }
    readySeconds = (System.nanoTime() - startNanos) / 1e9;
  }

  private static String lastLine(Path log) throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1)
        .lines()
        .filter(l -> !l.isBlank())
        .reduce((first, last) -> last)
        .orElse("it ended without a word");
  }

  /** Whether it says that it can be asked. */
  boolean ready() throws InterruptedException {
    HttpRequest ask =
        HttpRequest.newBuilder(address.resolve(readyPath)).timeout(Duration.ofSeconds(5)).build();
    try {
      return CLIENT.send(ask, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  URI address() {
    return address;
  }

  /** From its start until it was ready. */
  double readySeconds() {
    return readySeconds;
  }

  private Stream<ProcessHandle> family() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** What the process and its children have in memory now; what they share counts once. */
  long memoryBytes() {
    return family().mapToLong(p -> ProcFiles.ownMemoryBytes(p.pid())).sum();
  }

  /** Takes no more processor time, until it is resumed. */
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", name));
    family().forEach(p -> command.add(Long.toString(p.pid())));
    new ProcessBuilder(command).start().waitFor();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end; its exit status. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
    return process.waitFor();
  }

  /** SIGKILL, to its children too. */
  void kill() throws InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
  }

  @Override
  public void close() {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> children = process.descendants().toList();
    terminate();
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** The first of three ports that are free: some servers take the two behind it, too. */
  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket first = new ServerSocket(0);
          ServerSocket second = new ServerSocket(first.getLocalPort() + 1);
          ServerSocket third = new ServerSocket(second.getLocalPort() + 1)) {
        return third.getLocalPort() - 2;
      } catch (BindException e) {
        // another three
      }
    }
  }
}
