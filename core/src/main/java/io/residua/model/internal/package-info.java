/**
 * What rooms use of the room {@code model} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.model.internal;

import org.jspecify.annotations.NullMarked;
