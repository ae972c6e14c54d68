/**
 * What rooms use of the room {@code run} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.run.internal;

import org.jspecify.annotations.NullMarked;
