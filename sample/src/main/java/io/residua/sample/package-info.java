/**
 * The built-in sample set: synthetic pictures of fresh and rotten fruit, rendered from a seed. It
 * lets everything be tried without any download; numbers measured on it say nothing about
 * photographs.
 */
@NullMarked
package io.residua.sample;

import org.jspecify.annotations.NullMarked;
