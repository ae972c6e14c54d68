/**
 * Named arrays on disk: safetensors, TensorFlow.js; name maps; the catalogue of published weights.
 */
@NullMarked
package io.residua.weights;

import org.jspecify.annotations.NullMarked;
