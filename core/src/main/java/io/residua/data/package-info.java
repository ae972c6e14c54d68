/** Labelled sets of pictures: class folders, splits, the built-in sample set. */
@NullMarked
package io.residua.data;

import org.jspecify.annotations.NullMarked;
