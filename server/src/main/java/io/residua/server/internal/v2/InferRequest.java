package io.residua.server.internal.v2;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to know.
 *
 * @param id which the response repeats
 * @param inputs at least one
 * @param outputs in the order of the response; empty for all
 */
public record InferRequest(
    @Nullable String id,
    List<InputTensor> inputs,
    List<RequestedOutput> outputs,
    Parameters parameters) {

  /**
   * Parameters of the whole request; others are ignored, as the protocol says.
   *
   * @param top how many classes labels and indices are of, at least 1
   * @param timeoutMicros within which it wants to be answered, as Triton's clients send it; 0 for
   *     no limit of its own
   * @param binary whether outputs are binary data that do not say otherwise
   * @param classes that scores are told as by the classification extension where an output does not
   *     say otherwise; 0 for plain tensors
   */
  public record Parameters(int top, long timeoutMicros, boolean binary, int classes) {}

  /**
   * An output by its name.
   *
   * @param binary whether as binary data; null as the request says
   * @param classes how many by the classification extension; 0 for the plain tensor, null as the
   *     request says
   */
  public record RequestedOutput(String name, @Nullable Boolean binary, @Nullable Integer classes) {}

  /** Within how many microseconds its client wants to be answered, if it says. */
  public OptionalLong timeoutMicros() {
    return parameters.timeoutMicros() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(parameters.timeoutMicros());
  }
}
