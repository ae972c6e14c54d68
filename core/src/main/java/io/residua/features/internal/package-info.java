/**
 * What rooms use of the room {@code features} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.features.internal;

import org.jspecify.annotations.NullMarked;
