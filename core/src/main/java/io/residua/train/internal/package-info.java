/**
 * What rooms use of the room {@code train} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.train.internal;

import org.jspecify.annotations.NullMarked;
