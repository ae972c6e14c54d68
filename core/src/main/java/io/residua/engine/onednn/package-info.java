/**
 * The executor on oneDNN: sessions, kernels and the tape they are written onto. The only package
 * with natives.
 */
@NullMarked
package io.residua.engine.onednn;

import org.jspecify.annotations.NullMarked;
