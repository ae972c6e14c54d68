package io.residua.train;

import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.train.internal.Adam;
import io.residua.train.internal.Lookahead;
import io.residua.train.internal.RmsProp;
import io.residua.train.internal.Sgd;
import io.residua.train.internal.Updater;
import java.util.List;

/**
 * A rule that changes weights by their gradients, as a value: its settings and its formula. An
 * {@link Updater} keeps its moments and applies it to a session's weights; the learning rate comes
 * from a {@link Schedule}.
 */
public sealed interface Optimizer permits Sgd, Adam, RmsProp, Lookahead {
  /**
   * What one step is done with.
   *
   * @param learningRate step size, above 0
   * @param momentum momentum (SGD, RMSprop) or beta1 (Adam, AdamW), 0 up to 1
   * @param weightDecay as the rule understands it; 0 for none
   * @param step number of the step, from 1
   */
  record Update(double learningRate, double momentum, double weightDecay, long step) {}

  /** Momentum (SGD, RMSprop) or beta1 (Adam, AdamW) where the schedule says nothing about it. */
  double momentum();

  /** Weight decay; how it enters is part of the rule. */
  double weightDecay();

  /** Names of the moments kept for each weight, all zero before the first step; as PyTorch's. */
  List<String> moments();

  /**
   * Changes {@code count} weights and their moments in place.
   *
   * @param weights in and out
   * @param gradient of the loss by the weights; overwritten
   * @param moments in the order of {@link #moments()}
   */
  void update(float[] weights, float[] gradient, int count, float[][] moments, Update update);

  /** The form that {@link #parse} reads, with every setting. */
  String text();

  /**
   * Reads {@code sgd}, {@code adam}, {@code adamw} or {@code rmsprop}, as a {@link Term}: {@code
   * sgd:momentum=0.9,nesterov=true,weight-decay=1e-4}. Settings that are left out have PyTorch's
   * defaults, except that SGD has momentum 0.9. Each may have {@code lookahead=STEPS} and {@code
   * lookahead-alpha=SHARE}, see {@link Lookahead}.
   *
   * @throws UsageException with one line that says what is wrong
   */
  static Optimizer parse(String text) {
    return Term.read(
        "optimizer",
        text,
        term ->
            Lookahead.read(
                term,
                switch (term.name()) {
                  case "sgd" -> Sgd.read(term);
                  case "adam" -> Adam.read(term, false);
                  case "adamw" -> Adam.read(term, true);
                  case "rmsprop" -> RmsProp.read(term);
                  default -> throw term.unknown("sgd", "adam", "adamw", "rmsprop");
                }));
  }
}
