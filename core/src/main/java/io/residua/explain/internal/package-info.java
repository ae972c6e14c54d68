/**
 * What rooms use of the room {@code explain} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.explain.internal;

import org.jspecify.annotations.NullMarked;
