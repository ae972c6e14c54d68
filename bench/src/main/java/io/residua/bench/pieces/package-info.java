/** Parts of Residua measured alone, with JMH: {@code bench/run --jmh}. */
@NullMarked
package io.residua.bench.pieces;

import org.jspecify.annotations.NullMarked;
