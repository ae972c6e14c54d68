/**
 * The classifier: weights, classes, preprocessing and provenance in one safetensors file; predict.
 */
@NullMarked
package io.residua.model;

import org.jspecify.annotations.NullMarked;
