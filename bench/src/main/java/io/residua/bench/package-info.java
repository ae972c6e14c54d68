/**
 * Speed of Residua beside its peers. Every contestant is a process that answers {@link
 * io.residua.bench.Turns turns}; {@link io.residua.bench.Bench} starts them, gives each its turn
 * round by round, and writes the report.
 */
@NullMarked
package io.residua.bench;

import org.jspecify.annotations.NullMarked;
