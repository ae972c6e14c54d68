package io.residua.classic.internal;

import io.residua.Progress;
import io.residua.internal.Warnings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Support vector machines on one set of samples: dot products are computed once, kernel values once
 * for each kernel, and shared by all folds and costs. Samples are sorted by class, so that the
 * values of a pair of classes lie close together in memory.
 */
final class SharedKernels {
  private static final int SCORE_BLOCK_ROWS = 64;

  private final Matrix samples;
  private final int[] labels;

  /** The given row of each sorted one. */
  private final int[] order;

  /** The sorted row of each given one. */
  private final int[] position;

  private final Execution execution;
  private final Progress progress;
  private final boolean whole;
  private double[][] gram = {};
  private boolean warned;

  SharedKernels(Matrix samples, int[] labels, Execution execution, Progress progress) {
    this.samples = samples;
    this.order = byClass(labels);
    this.labels = at(labels, order);
    this.position = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      position[order[i]] = i;
    }
    this.execution = execution;
    this.progress = progress;
    this.whole = execution.fits(2, samples.rows());
  }

  private static int[] byClass(int[] labels) {
    return IntStream.range(0, labels.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> labels[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  private static int[] at(int[] values, int[] index) {
    return Arrays.stream(index).map(i -> values[i]).toArray();
  }

  /** One candidate in one fold. */
  private final class Job {
    final int candidate;
    final int fold;
    final SvcTrainer trainer;
    final int[] validation;
    final KernelSource kernel;
    final AtomicInteger left;
    final AtomicLong nanos = new AtomicLong();

    Job(int candidate, int fold, SvcSpec spec, StratifiedKFold split, KernelSource kernel) {
      this.candidate = candidate;
      this.fold = fold;
      this.kernel = kernel;
      trainer =
          new SvcTrainer(
              spec.withProbability(false),
              kernel,
              labels,
              at(position, split.trainRows(fold)),
              Training.cacheBytes(execution));
      validation = at(position, split.validationRows(fold));
      left = new AtomicInteger(trainer.pairCount());
    }

    /** Fits one pair; the last one also scores. */
    void run(int pair, FoldScores scores, Progress.Task task) {
      long start = System.nanoTime();
      trainer.fitPair(pair);
      nanos.addAndGet(System.nanoTime() - start);
      if (left.decrementAndGet() == 0) {
        scores.set(candidate, fold, accuracy(trainer.machine()), nanos.get());
        task.advance(1);
      }
    }

    private double accuracy(SvcMachine machine) {
      int right = 0;
      for (int from = 0; from < validation.length; from += SCORE_BLOCK_ROWS) {
        int to = Math.min(from + SCORE_BLOCK_ROWS, validation.length);
        int[] rows = Arrays.copyOfRange(validation, from, to);
        double[][] values = kernel.block(rows, machine.support());
        for (int i = 0; i < rows.length; i++) {
          int predicted = machine.vote(machine.pairDecisions(values[i]));
          right += predicted == labels[rows[i]] ? 1 : 0;
        }
      }
      return (double) right / validation.length;
    }
  }

  /** A candidate and a fold that share a kernel with others. */
  private record Cell(int candidate, int fold) {}

  /** Scores the support vector machines among the candidates in every fold. */
  void score(
      List<? extends ClassicSpec> candidates,
      StratifiedKFold split,
      FoldScores scores,
      Progress.Task task) {
    Map<Kernel, List<Cell>> byKernel = new LinkedHashMap<>();
    for (int fold = 0; fold < split.count(); fold++) {
      Map<Kernel, Kernel> resolved = new LinkedHashMap<>();
      int[] train = split.trainRows(fold);
      for (int c = 0; c < candidates.size(); c++) {
        if (candidates.get(c) instanceof SvcSpec svc) {
          Kernel kernel =
              resolved.computeIfAbsent(
                  svc.kernel(),
                  k -> k.gamma() instanceof Gamma.Value ? k : k.resolve(samples.select(train)));
          byKernel.computeIfAbsent(kernel, k -> new ArrayList<>()).add(new Cell(c, fold));
        }
      }
    }
    byKernel.forEach(
        (kernel, cells) -> {
          KernelSource source = source(kernel);
          List<Job> jobs = new ArrayList<>();
          for (Cell cell : cells) {
            SvcSpec spec = (SvcSpec) candidates.get(cell.candidate);
            jobs.add(new Job(cell.candidate, cell.fold, spec, split, source));
          }
          int[] first = new int[jobs.size() + 1];
          for (int j = 0; j < jobs.size(); j++) {
            first[j + 1] = first[j] + jobs.get(j).trainer.pairCount();
          }
          Parallel.run(
              execution.threads(),
              first[jobs.size()],
              i -> {
                int at = Arrays.binarySearch(first, i);
                int j = at >= 0 ? at : -at - 2;
                jobs.get(j).run(i - first[j], scores, task);
              });
        });
  }

  /** Fits one specification to all samples. */
  Svc fit(SvcSpec spec) {
    Kernel kernel = spec.kernel().resolve(samples);
    SvcTrainer trainer =
        new SvcTrainer(
            spec, source(kernel), labels, Training.allRows(labels), Training.cacheBytes(execution));
    try (Progress.Task task = progress.start("support vectors", trainer.pairCount(), "pairs")) {
      Parallel.run(
          execution.threads(),
          trainer.pairCount(),
          pair -> {
            trainer.fitPair(pair);
            task.advance(1);
          });
    }
    SvcMachine machine = trainer.machine().withSupport(at(order, trainer.machine().support()));
    return new Svc(spec, kernel, machine, samples.select(machine.support()), trainer.platt());
  }

  private void warnOnce() {
    if (!warned) {
      warned = true;
      Warnings.tell(progress, Training.tooLarge(samples));
    }
  }

  private KernelSource source(Kernel kernel) {
    if (!whole) {
      warnOnce();
      return new RowKernel(kernel, samples.select(order));
    }
    if (gram.length == 0) {
      gram = WholeKernel.gram(samples.select(order), execution.product());
    }
    return WholeKernel.of(kernel, gram, execution.threads());
  }
}
