/**
 * Runs the graphs of {@link io.residua.nn}. What computes is oneDNN, or plain Java that is
 * obviously right. They lie behind this package, each in one of its own, and all pass the same
 * tests.
 */
@NullMarked
package io.residua.engine;

import org.jspecify.annotations.NullMarked;
