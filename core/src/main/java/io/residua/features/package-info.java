/**
 * Features: what a network that stays as it is makes of pictures, computed once a machine; a file
 * of them; classic classifiers fitted to them.
 */
@NullMarked
package io.residua.features;

import org.jspecify.annotations.NullMarked;
