/** The way in for gRPC, which the module {@code residua-server-grpc} opens where it is there. */
@NullMarked
package io.residua.server.internal.rpc;

import org.jspecify.annotations.NullMarked;
