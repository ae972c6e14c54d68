/**
 * The Open Inference Protocol, version 2, over HTTP: what clients send becomes values, and answers
 * become what they read. Tensors go as JSON or, by the binary tensor data extension, behind it.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol">the protocol</a>
 */
@NullMarked
package io.residua.server.internal.v2;

import org.jspecify.annotations.NullMarked;
