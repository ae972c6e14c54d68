package io.residua.server.internal.v2;

import io.residua.internal.ConstantNames;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.util.Arrays;
import java.util.List;

/** What a model tells of a picture. */
enum Output {
  /** One number 0..1 a class, of sum 1. */
  PROBABILITIES(Datatype.FP32),
  /** One number a class, whose softmax the probabilities are. */
  LOGITS(Datatype.FP32),
  /** Names of the best classes, the best first. */
  LABEL(Datatype.BYTES),
  /** Their numbers, counted from 0. */
  INDEX(Datatype.INT64),
  /** What the network makes of the picture before it is classified; only where asked for. */
  FEATURES(Datatype.FP32);

  private final Datatype datatype;

  Output(Datatype datatype) {
    this.datatype = datatype;
  }

  Datatype datatype() {
    return datatype;
  }

  String label() {
    return ConstantNames.of(this);
  }

  /** Whether a model tells it. */
  boolean isOf(ModelFacts model) {
    return this != FEATURES || model.features() > 0;
  }

  /** Numbers a picture, -1 where the request decides. */
  long width(ModelFacts model) {
    return switch (this) {
      case PROBABILITIES, LOGITS -> model.classes().size();
      case LABEL, INDEX -> -1;
      case FEATURES -> model.features();
    };
  }

  /** All that a model tells, in the order of responses. */
  static List<Output> of(ModelFacts model) {
    return Arrays.stream(values()).filter(output -> output.isOf(model)).toList();
  }

  /**
   * A model's output of that name.
   *
   * @throws RequestException if it has none
   */
  static Output named(String name, ModelFacts model) {
    List<Output> outputs = of(model);
    for (Output output : outputs) {
      if (output.label().equals(name)) {
        return output;
      }
    }
    List<String> names = outputs.stream().map(Output::label).toList();
    throw Messages.badRequest(
        Text.of(
            "model '%s' has no output '%s', but %s%s",
            model.name(),
            Messages.quoted(name),
            String.join(", ", names),
            Nearest.meant(name, names)));
  }
}
