package io.residua.bench.serve;

import io.residua.internal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** All who take part: Residua in its precisions, and other servers with ONNX Runtime in fp32. */
final class Contenders {
  private final Path project;
  private final Path work;
  private final int threads;
  private final List<Contender> all = new ArrayList<>();

  private Contenders(Path project, Path work, int threads) {
    this.project = project;
    this.work = work;
    this.threads = threads;
  }

  /**
   * @param work holds what {@code bench/serve} made: {@code resnet50.onnx}, and {@code
   *     resnet50-int8.safetensors} with its calibration
   */
  static List<Contender> all(Path project, Path work, int threads) {
    Contenders c = new Contenders(project, work, threads);
    for (String precision : List.of("fp32", "bf16", "int8")) {
      c.residua(precision);
    }
    c.peers();
    return List.copyOf(c.all);
  }

  /** The weights that Residua serves and predicts with in a precision. */
  static String model(Path work, String precision) {
    return precision.equals("int8")
        ? work.resolve("resnet50-int8.safetensors").toString()
        : "imagenet";
  }

  /** The command line of {@code residua serve} in a precision. */
  static IntFunction<List<String>> serve(
      Path project, String model, String precision, String... more) {
    return port -> {
      List<String> command = new ArrayList<>();
      command.add(project.resolve("residua").toString());
      command.addAll(List.of("serve", model, "--precision", precision, "--port", "" + port));
      command.addAll(List.of(more));
      return command;
    };
  }

  private void residua(String precision) {
    all.add(
        new Contender(
            "residua-" + precision,
            "Residua",
            precision,
            false,
            Protocol.RESIDUA,
            "/health/ready",
            work,
            serve(project, model(work, precision), precision, "--quiet", "--threads", "" + threads),
            Map.of()));
  }

  private void peers() {
    peer(
        "litserve",
        "LitServe",
        Protocol.FORM,
        "/health",
        port -> List.of("python", "litserve_server.py", "" + port));
    peer(
        "bentoml",
        "BentoML",
        Protocol.RAW,
        "/readyz",
        port ->
            List.of(
                "bentoml",
                "serve",
                "bentoml_server:Pictures",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--working-dir",
                "."));
    peer(
        "mlserver",
        "MLServer",
        Protocol.V2_JSON,
        "/v2/models/pictures/ready",
        port -> List.of("mlserver", "start", mlserver(port).toString()));
    peer(
        "triton",
        "Triton by PyTriton",
        Protocol.V2_BINARY,
        "/v2/models/pictures/ready",
        port ->
            List.of(
                "python",
                "triton_server.py",
                "" + port,
                work.resolve("triton-" + port).toString()));
  }

  private void peer(
      String name,
      String title,
      Protocol protocol,
      String ready,
      IntFunction<List<String>> command) {
    Path programs = environment(project, name).resolve("bin");
    all.add(
        new Contender(
            name,
            title + ", ONNX Runtime",
            "fp32",
            true,
            protocol,
            ready,
            project.resolve("bench/peers/serve"),
            port -> {
              List<String> whole = new ArrayList<>(command.apply(port));
              whole.set(0, programs.resolve(whole.get(0)).toString());
              return whole;
            },
            Map.of(
                "MODEL", work.resolve("resnet50.onnx").toString(),
                "THREADS", "" + threads,
                "PYTHONPATH", ".",
                "PYTHONDONTWRITEBYTECODE", "1",
                "BENTOML_DO_NOT_TRACK", "true",
                "ORT_DISABLE_TELEMETRY", "1")));
  }

  private static Path environment(Path project, String peer) {
    return project.resolve("bench/.venv-serve").resolve(peer);
  }

  /** Why a peer could not be installed; empty where it was. */
  static Optional<String> notInstalled(Path project, String peer) throws IOException {
    Path reason = Path.of(environment(project, peer) + ".failed");
    return Files.exists(reason) ? Optional.of(Files.readString(reason).strip()) : Optional.empty();
  }

  /** MLServer's settings are files. */
  private Path mlserver(int port) {
    try {
      Path folder = Files.createDirectories(work.resolve("mlserver-" + port));
      Files.writeString(
          folder.resolve("settings.json"),
          Text.of(
              "{\"host\":\"127.0.0.1\",\"http_port\":%d,\"grpc_port\":%d,\"metrics_port\":%d,"
                  + "\"parallel_workers\":0,\"debug\":false}",
              port, port + 1, port + 2));
      Files.writeString(
          folder.resolve("model-settings.json"),
          "{\"name\":\"pictures\",\"implementation\":\"mlserver_model.Pictures\"}");
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
