package io.residua.model.internal;

import io.residua.classic.internal.Answers;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.Execution;
import io.residua.classic.internal.Matrix;
import io.residua.model.Prediction;
import java.util.Arrays;
import java.util.List;

/** How a network's output becomes an answer. */
public sealed interface Decision {
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
