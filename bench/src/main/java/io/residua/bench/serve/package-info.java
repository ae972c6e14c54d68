/**
 * {@code residua serve} beside other servers: what a client waits for, and what becomes of a server
 * under more load than it can bear, under requests that mean it no good, and when it is stopped.
 * {@link io.residua.bench.serve.ServeBench} is started by {@code bench/serve}.
 */
@NullMarked
package io.residua.bench.serve;

import org.jspecify.annotations.NullMarked;
