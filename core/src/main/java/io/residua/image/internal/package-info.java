/**
 * What rooms use of the room {@code image} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.image.internal;

import org.jspecify.annotations.NullMarked;
