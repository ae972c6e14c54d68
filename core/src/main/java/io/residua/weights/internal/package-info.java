/**
 * What rooms use of the room {@code weights} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.weights.internal;

import org.jspecify.annotations.NullMarked;
