/**
 * Metrics as values over arrays of scores and labels: what a classifier got right, how sure one can
 * be of that number, where it errs, and how far its probabilities can be trusted. Knows nothing of
 * networks or tensors.
 *
 * <p>Every number equals scikit-learn's of the same name; {@link io.residua.eval.Evaluation} is the
 * way in.
 */
@NullMarked
package io.residua.eval;

import org.jspecify.annotations.NullMarked;
