/**
 * What rooms use of the room {@code data} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.data.internal;

import org.jspecify.annotations.NullMarked;
