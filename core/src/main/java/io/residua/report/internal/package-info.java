/**
 * What rooms use of the room {@code report} among themselves: not part of the library's API, and
 * not exported.
 */
@NullMarked
package io.residua.report.internal;

import org.jspecify.annotations.NullMarked;
