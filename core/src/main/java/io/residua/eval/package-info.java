/** Metrics as values over arrays of scores and labels. Knows nothing of networks. */
@NullMarked
package io.residua.eval;

import org.jspecify.annotations.NullMarked;
