package com.example;

import io.residua.model.Classifier;
import io.residua.model.Prediction;
import java.nio.file.Path;

/** Says what is in a picture: {@code Answer MODEL PICTURE}. */
public final class Answer {
  public static void main(String[] arguments) {
    try (Classifier classifier = Classifier.load(Path.of(arguments[0]))) {
      Prediction answer = classifier.predict(Path.of(arguments[1]));
      System.out.println(
          "Java " + Runtime.version().feature() + ": " + answer.label() + " by " + classifier.compute());
    }
  }

  private Answer() {}
}
