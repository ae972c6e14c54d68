/** ONNX Runtime as a contestant. */
@NullMarked
package io.residua.bench.onnxruntime;

import org.jspecify.annotations.NullMarked;
