/**
 * What rooms use of the room {@code export} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.export.internal;

import org.jspecify.annotations.NullMarked;
