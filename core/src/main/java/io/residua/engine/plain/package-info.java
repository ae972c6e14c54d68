/**
 * The executor in plain Java, obviously right: on every platform, and what the others are compared
 * with.
 */
@NullMarked
package io.residua.engine.plain;

import org.jspecify.annotations.NullMarked;
