/**
 * Networks as values: graphs of named layers with shapes and parameter tables. No computing, no
 * natives, no files.
 */
@NullMarked
package io.residua.nn;

import org.jspecify.annotations.NullMarked;
