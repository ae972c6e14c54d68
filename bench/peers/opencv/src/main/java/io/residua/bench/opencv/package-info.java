/** OpenCV as a contestant. */
@NullMarked
package io.residua.bench.opencv;

import org.jspecify.annotations.NullMarked;
