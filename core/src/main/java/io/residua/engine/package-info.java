/**
 * Runs the graphs of {@link io.residua.nn}: on oneDNN, and on plain Java that is obviously right.
 * The only room with natives.
 */
@NullMarked
package io.residua.engine;

import org.jspecify.annotations.NullMarked;
