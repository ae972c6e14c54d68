package io.residua.train;

/**
 * A training run whose loss, gradients or answers became no numbers: another learning rate may do,
 * where any other failure would come again.
 */
public final class DivergedException extends TrainingException {
  private static final long serialVersionUID = 1L;

  public DivergedException(String message) {
    super(message);
  }
}
