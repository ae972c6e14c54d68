/** libtorch through JavaCPP as a contestant. */
@NullMarked
package io.residua.bench.libtorch;

import org.jspecify.annotations.NullMarked;
