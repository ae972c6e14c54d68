/**
 * The data doctor: what a set of pictures is made of and what is wrong with it, found from the
 * pictures alone.
 */
@NullMarked
package io.residua.data.inspect;

import org.jspecify.annotations.NullMarked;
