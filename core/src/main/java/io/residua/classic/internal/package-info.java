/**
 * What rooms use of the room {@code classic} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.classic.internal;

import org.jspecify.annotations.NullMarked;
