/**
 * What rooms use of the room {@code nn} among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.nn.internal;

import org.jspecify.annotations.NullMarked;
