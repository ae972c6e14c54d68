package io.residua.cli;

import io.residua.eval.Evaluation;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import java.nio.file.Path;

/**
 * The README's examples of the library, as they stand there: {@link ReadmeTest} holds both equal.
 */
final class LibraryExample {
  private LibraryExample() {}

  public static void main(String[] arguments) {
    train();
    predict();
  }

  private static void train() {
    Recipe recipe = Recipe.defaults().with("epochs", "20").with("seed", "1");
    TrainedRun run = Trainer.create().train(Path.of("pictures"), recipe, Path.of("run"));
    Evaluation validation = run.validation();
    System.out.printf("%.3f (%s)%n", validation.accuracy(), validation.accuracyInterval());
  }

  private static void predict() {
    try (Classifier classifier = Classifier.load(Path.of("run"))) {
      Prediction prediction = classifier.predict(Path.of("new.jpg"));
      System.out.printf("%s %.1f %%%n", prediction.label(), 100 * prediction.probability());
    }
  }
}
