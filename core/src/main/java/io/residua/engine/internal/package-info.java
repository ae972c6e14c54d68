/**
 * What rooms use of the room {@code engine} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.engine.internal;

import org.jspecify.annotations.NullMarked;
