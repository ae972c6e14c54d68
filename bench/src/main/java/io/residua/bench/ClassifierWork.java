package io.residua.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.image.Preprocessing;
import io.residua.model.Classifier;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A classifier that answers a folder's files, at once or to eight threads one by one. */
final class ClassifierWork implements Turns.Work {
  private static final int CALLERS = 8;

  private final boolean asked;
  private final List<Path> pictures;
  private final Classifier classifier;
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

  ClassifierWork(Case what, Network network, WeightMap weights, Compute compute) {
    asked = what.task() == Case.Task.CALLERS;
    Path folder = Path.of("target", "rendered-" + what.batch());
    try {
      PictureFolder.make(folder, what.batch(), Path.of(""));
      try (Stream<Path> files = Files.list(folder)) {
        pictures = files.sorted().toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int classes = network.outputShape(what.picture()).size();
    ModelSpec spec =
        new ModelSpec(
            what.network(),
            Head.gapLinear(),
            IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(),
            List.of(),
            Preprocessing.preset("torchvision").withSize(what.picture().width()));
    JsonNodeFactory json = JsonNodeFactory.instance;
    classifier =
        new Classifier(
            new ModelFile(spec, weights, json.objectNode(), json.objectNode()),
            Classifier.Options.on(compute));
  }

  @Override
  public int run() {
    if (!asked) {
      return classifier.predict(pictures, Progress.NONE).size();
    }
    List<Future<?>> answers = new ArrayList<>();
    pictures.forEach(p -> answers.add(callers.submit(() -> classifier.predict(p))));
    try {
      for (Future<?> answer : answers) {
        answer.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return pictures.size();
  }

  @Override
  public void close() {
    callers.shutdown();
    classifier.close();
  }
}
