package io.residua.export.internal;

import io.residua.classic.internal.Answers;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.Execution;
import io.residua.classic.internal.Matrix;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.eval.internal.Softmax;
import io.residua.image.RgbImage;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import java.util.Optional;

/** A model file on this project's engine, in fp32. */
final class EngineModel implements RunnableModel {
  private final ModelFile model;
  private final InferenceSession session;
  private final float[] input;
  private final float[] output;

  EngineModel(ModelFile model, int threads) {
    this.model = model;
    ModelSpec spec = model.spec();
    Compute fp32 = Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), threads);
    session = Engine.inference(spec.network(), model.weights(), spec.picture(), 1, fp32);
    input = new float[session.inputSize()];
    output = new float[session.outputSize()];
  }

  @Override
  public Outputs run(RgbImage picture) {
    model.spec().preprocessing().normalise(picture, input, 0);
    session.run(input, 1, output);
    int classes = model.spec().classes().size();
    float[] probabilities = new float[classes];
    if (model.classic().isPresent()) {
      ClassicPipeline pipeline = model.classic().get();
      Answers answers =
          pipeline.answer(Matrix.of(1, output.length, output), Execution.plainJava(1));
      double[] scores = pipeline.scores(answers, classes)[0];
      for (int i = 0; i < classes; i++) {
        probabilities[i] = (float) scores[i];
      }
      return new Outputs(new float[0], probabilities, answers.predicted()[0]);
    }
    double[] exact = Softmax.of(output, 0, classes);
    for (int i = 0; i < classes; i++) {
      probabilities[i] = (float) exact[i];
    }
    return new Outputs(output.clone(), probabilities, RunnableModel.largest(output));
  }

  @Override
  public void close() {
    session.close();
  }
}
