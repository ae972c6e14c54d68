/**
 * What rooms use of one another's tools among themselves: not part of the library's API, and not
 * exported.
 */
@NullMarked
package io.residua.internal;

import org.jspecify.annotations.NullMarked;
