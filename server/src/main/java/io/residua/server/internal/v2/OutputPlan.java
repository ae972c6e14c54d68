package io.residua.server.internal.v2;

import io.residua.internal.Text;
import io.residua.model.Prediction;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.serving.Outcome;
import io.residua.server.internal.v2.InferRequest.RequestedOutput;
import io.residua.server.internal.v2.OutputTensor.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which outputs a request wants, known to be possible before anything is computed. */
final class OutputPlan {
  private final ModelFacts model;
  private final int top;
  private final @Nullable String id;
  private final List<Planned> outputs;

  /**
   * An output and its form.
   *
   * @param classes how many by the classification extension; 0 for the plain tensor
   */
  private record Planned(Output output, boolean binary, int classes) {}

  private OutputPlan(ModelFacts model, int top, @Nullable String id, List<Planned> outputs) {
    this.model = model;
    this.top = top;
    this.id = id;
    this.outputs = outputs;
  }

  /**
   * What a request wants: the outputs that it lists, or all but the features.
   *
   * @throws RequestException if the model does not have one of them, or not in that form
   */
  public static OutputPlan of(InferRequest request, ModelFacts model) {
    InferRequest.Parameters parameters = request.parameters();
    List<Planned> planned = new ArrayList<>();
    Set<Output> seen = EnumSet.noneOf(Output.class);
    for (RequestedOutput asked : request.outputs()) {
      Output output = Output.named(asked.name(), model);
      if (!seen.add(output)) {
        throw Messages.badRequest(Text.of("output '%s' is asked for twice", output.label()));
      }
      boolean binary = Objects.requireNonNullElse(asked.binary(), parameters.binary());
      planned.add(new Planned(output, binary, classes(output, asked.classes(), parameters)));
    }
    if (planned.isEmpty()) {
      for (Output output : Output.of(model)) {
        if (output != Output.FEATURES) {
          planned.add(new Planned(output, parameters.binary(), classes(output, null, parameters)));
        }
      }
    }
    int top = Math.min(parameters.top(), model.classes().size());
    return new OutputPlan(model, top, request.id(), List.copyOf(planned));
  }

  private static int classes(
      Output output, @Nullable Integer asked, InferRequest.Parameters parameters) {
    boolean scores = output == Output.PROBABILITIES || output == Output.LOGITS;
    if (asked != null && asked > 0 && !scores) {
      throw Messages.badRequest(
          Text.of(
              "output '%s' has no scores of classes; classification is of probabilities or logits",
              output.label()));
    }
    return scores ? Objects.requireNonNullElse(asked, parameters.classes()) : 0;
  }

  /** Whether features have to be told. */
  boolean needsFeatures() {
    return outputs.stream().anyMatch(planned -> planned.output() == Output.FEATURES);
  }

  /**
   * The response.
   *
   * @param answers to the request's pictures, in order; none without a prediction
   */
  public InferResponse response(List<Outcome> answers) {
    return new InferResponse(
        model.name(),
        model.version(),
        id,
        outputs.stream().map(planned -> tensor(planned, answers)).toList());
  }

  private OutputTensor tensor(Planned planned, List<Outcome> answers) {
    Output output = planned.output();
    if (planned.classes() > 0) {
      int classes = Math.min(planned.classes(), model.classes().size());
      List<byte[]> texts =
          answers.stream()
              .flatMap(answer -> best(scores(output, answer), classes).stream())
              .map(text -> text.getBytes(StandardCharsets.UTF_8))
              .toList();
      return tensor(planned, answers.size(), Datatype.BYTES, new Values.Texts(texts));
    }
    Values values =
        switch (output) {
          case PROBABILITIES, LOGITS, FEATURES ->
              new Values.Floats(joined(answers, answer -> scores(output, answer)));
          case LABEL ->
              new Values.Texts(
                  answers.stream()
                      .flatMap(answer -> prediction(answer).top(top).stream())
                      .map(ranked -> ranked.label().getBytes(StandardCharsets.UTF_8))
                      .toList());
          case INDEX ->
              new Values.Wholes(
                  answers.stream()
                      .flatMap(answer -> prediction(answer).top(top).stream())
                      .mapToLong(ranked -> ranked.index())
                      .toArray());
        };
    return tensor(planned, answers.size(), output.datatype(), values);
  }

  private static OutputTensor tensor(Planned planned, int rows, Datatype type, Values values) {
    long[] shape = {rows, values.count() / rows};
    return new OutputTensor(planned.output().label(), type, shape, values, planned.binary());
  }

  private static float[] scores(Output output, Outcome answer) {
    return switch (output) {
      case LOGITS -> answer.logits();
      case FEATURES -> answer.features();
      default -> probabilities(answer);
    };
  }

  private static Prediction prediction(Outcome answer) {
    return Objects.requireNonNull(answer.prediction());
  }

  private static float[] probabilities(Outcome answer) {
    List<Double> probabilities = prediction(answer).probabilities();
    float[] values = new float[probabilities.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = probabilities.get(c).floatValue();
    }
    return values;
  }

  private static float[] joined(List<Outcome> answers, Function<Outcome, float[]> values) {
    List<float[]> rows = answers.stream().map(values).toList();
    float[] all = new float[rows.stream().mapToInt(row -> row.length).sum()];
    int at = 0;
    for (float[] row : rows) {
      System.arraycopy(row, 0, all, at, row.length);
      at += row.length;
    }
    return all;
  }

  /** The best classes as {@code value:index:label}, the best first. */
  private List<String> best(float[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted((a, b) -> Float.compare(scores[b], scores[a]))
        .limit(count)
        .map(c -> Text.of("%.6f:%d:%s", scores[c], c, model.classes().get(c)))
        .toList();
  }
}
