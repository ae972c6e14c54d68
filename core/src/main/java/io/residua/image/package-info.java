/** Pixels: decode, orient, resize, crop, normalise. Knows nothing of networks. */
@NullMarked
package io.residua.image;

import org.jspecify.annotations.NullMarked;
