package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.data.Part;
import io.residua.data.internal.TestSet;
import io.residua.eval.Evaluation;
import io.residua.features.Features;
import io.residua.internal.JsonRecords;
import io.residua.internal.Text;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.train.TrainedRun;
import java.io.PrintStream;
import java.nio.file.Path;

/** What a training run came to. */
final class TrainingReport {
  private TrainingReport() {}

  /** The accuracy on each part, and what was written where. */
  static void print(TrainedRun run, PrintStream out, Console console) {
    out.println(accuracy("train", run.train(), ""));
    boolean chose = !run.recipe().selectedOn().equals("none");
    out.println(
        accuracy(
            "validation",
            run.validation(),
            chose ? Text.of(", which chose epoch %d", run.bestEpoch()) : ""));
    run.test().ifPresent(test -> out.println(console.bold(accuracy("test", test, ""))));
    out.flush();
    console.note(
        Text.of(
                "wrote %s: model.safetensors (%s), last.safetensors, metrics.json,",
                run.folder(), chose ? "best on validation" : "the last epoch")
            + " history.csv, recipe.yaml, split.csv");
  }

  /**
   * What to type next: measuring on the set's own test part, where it has one, else classifying a
   * new picture; a model says nothing of value about pictures that it was trained on.
   */
  static void next(Path run, Path data, DataOptions reading, Console console) {
    boolean ownTest =
        metrics(run).part(Part.TEST).filter(t -> TestSet.OWN.equals(t.origin())).isPresent();
    if (ownTest && !Features.isFile(data)) {
      console.next(reading.after("evaluate", run, data));
    } else {
      console.next("predict", run, "PICTURE");
    }
  }

  /** One line about a part. */
  static String accuracy(String part, Evaluation evaluation, String more) {
    return Text.of(
        "%-10s  accuracy %.4f  (95 %% interval %s, n %,d%s)",
        part, evaluation.accuracy(), evaluation.accuracyInterval(), evaluation.n(), more);
  }

  /** The {@code metrics.json} of a run's folder. */
  static ObjectNode json(Path run) {
    return JsonRecords.toJson(metrics(run));
  }

  private static RunMetrics metrics(Path run) {
    return RunMetrics.read(new RunFolder(run).metrics());
  }
}
