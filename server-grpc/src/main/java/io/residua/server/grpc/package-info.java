/**
 * The Open Inference Protocol over gRPC: a {@link io.residua.server.ModelServer} speaks it where
 * this module is on the class path and a port for it is set.
 */
@NullMarked
package io.residua.server.grpc;

import org.jspecify.annotations.NullMarked;
