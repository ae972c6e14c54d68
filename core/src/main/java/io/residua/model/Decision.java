package io.residua.model;

import io.residua.classic.Answers;
import io.residua.classic.ClassicPipeline;
import io.residua.classic.Execution;
import io.residua.classic.Matrix;
import java.util.Arrays;
import java.util.List;

/** How a network's output becomes an answer. */
sealed interface Decision {
  /** The answer to the picture whose outputs start at {@code offset}. */
  Prediction prediction(float[] outputs, int offset);

  /** The outputs are logits. */
  record OfLogits(List<String> classes) implements Decision {
    @Override
    public Prediction prediction(float[] outputs, int offset) {
      return Prediction.ofLogits(outputs, offset, classes);
    }
  }

  /**
   * The outputs are features, which a fitted classifier answers. A class that it was not fitted to
   * has probability 0.
   */
  record OfFeatures(ClassicPipeline pipeline, List<String> classes) implements Decision {
    @Override
    public Prediction prediction(float[] outputs, int offset) {
      int width = pipeline.model().features();
      float[] row = Arrays.copyOfRange(outputs, offset, offset + width);
      Answers answers = pipeline.answer(Matrix.of(1, width, row), Execution.plainJava(1));
      return Prediction.of(
          pipeline.scores(answers, classes.size())[0], classes, answers.predicted()[0]);
    }
  }
}
