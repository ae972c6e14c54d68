package io.residua.bench.serve;

import io.residua.bench.Machine;
import io.residua.bench.PictureFolder;
import io.residua.bench.ProcFiles;
import io.residua.bench.SharedData;
import io.residua.engine.Compute;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Measures {@code residua serve} and other servers; started by {@code bench/serve}. */
public final class ServeBench {
  private static final Set<String> STAGES =
      new LinkedHashSet<>(List.of("rates", "soak", "swap", "overload", "hostile", "restart"));
  private static final int PICTURES = 100;

  private final Path project;
  private final Path work;
  private final ServeOptions options;
  private final ServeReport report;
  private final Map<String, Asked> asked = new LinkedHashMap<>();

  private ServeBench(Path project, Path work, ServeOptions options) {
    this.project = project;
    this.work = work;
    this.options = options;
    this.report = new ServeReport(options.out());
  }

  /** Arguments: the project's folder, then {@link ServeOptions}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = Arrays.asList(args);
    if (arguments.contains("--help")) {
      System.out.println(ServeOptions.USAGE);
      return;
    }
    Path project = Path.of(args[0]).toAbsolutePath().normalize();
    Path work = project.resolve("bench/target/serve");
    int threads = Runtime.getRuntime().availableProcessors();
    List<Contender> all = Contenders.all(project, work, threads);
    Set<String> known = new LinkedHashSet<>(STAGES);
    all.forEach(c -> known.add(c.name()));
    ServeOptions options;
    try {
      options =
          ServeOptions.parse(arguments.subList(1, args.length), work.resolve("report.md"), known);
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.err.println(ServeOptions.USAGE);
      System.exit(2);
      return;
    }
    new ServeBench(project, work, options).run(all, threads);
  }

  private void run(List<Contender> all, int threads) throws IOException, InterruptedException {
    Set<String> names = new LinkedHashSet<>();
    all.forEach(c -> names.add(c.name()));
    List<Contender> field = new ArrayList<>();
    for (Contender contender : all) {
      if (options.wants(contender.name(), names)) {
        field.add(contender);
      }
    }
    report.head(Machine.here(), ProcFiles.busyShare());
    if (options.wants("rates", STAGES)) {
      new ServeRates(project, work, options, report, this::asked).run(field, threads);
    }
    String precision = Compute.auto().precision().text();
    Contender own =
        all.stream().filter(c -> c.name().equals("residua-" + precision)).findFirst().orElseThrow();
    ServeTrials trials = new ServeTrials(project, work, report, own, asked(precision));
    Map<String, Stage> stages = new LinkedHashMap<>();
    stages.put("soak", trials::soak);
    stages.put("swap", trials::swap);
    stages.put("overload", trials::overload);
    stages.put("hostile", trials::hostile);
    stages.put("restart", trials::restart);
    for (Map.Entry<String, Stage> stage : stages.entrySet()) {
      if (options.wants(stage.getKey(), STAGES)) {
        stage.getValue().run();
      }
    }
    System.err.println("bench: wrote " + options.out());
  }

  private interface Stage {
    void run() throws IOException, InterruptedException;
  }

  /** The pictures, and what Residua's command says of them in a precision. */
  private Asked asked(String precision) throws IOException, InterruptedException {
    Asked known = asked.get(precision);
    if (known == null) {
      Path folder = work.resolve("pictures");
      Files.createDirectories(folder);
      List<byte[]> files = PictureFolder.different(SharedData.photos(project));
      for (int i = 0; i < PICTURES; i++) {
        Files.write(folder.resolve(Text.of("%03d.jpg", i)), files.get(i % files.size()));
      }
      known =
          Asked.of(
              project,
              folder,
              Contenders.model(work, precision),
              precision,
              work.resolve("expected-" + precision + ".json"));
      asked.put(precision, known);
    }
    return known;
  }
}
