/**
 * Models in other programs' formats: ONNX and PyTorch's state dictionaries, written and compared.
 */
@NullMarked
package io.residua.export;

import org.jspecify.annotations.NullMarked;
