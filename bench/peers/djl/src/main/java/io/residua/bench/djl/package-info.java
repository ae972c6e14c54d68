/** DJL as a contestant. */
@NullMarked
package io.residua.bench.djl;

import org.jspecify.annotations.NullMarked;
