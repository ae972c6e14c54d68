/**
 * What rooms use of the room {@code eval} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.eval.internal;

import org.jspecify.annotations.NullMarked;
