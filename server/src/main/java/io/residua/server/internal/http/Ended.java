package io.residua.server.internal.http;

import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Timing;
import org.jspecify.annotations.Nullable;

/**
 * A request that has ended, as metrics and the access log tell of it.
 *
 * @param client its address
 * @param route as metrics name it; empty for none
 * @param path as it was asked
 * @param status of HTTP, also where it came another way
 * @param bytesIn of its body, unpacked
 * @param tookNanos from when it began until its answer was sent
 * @param model that it asked; null for none
 * @param pictures that it held
 * @param timing null where nothing was computed
 * @param problem what its sender was told; empty for none
 * @param traceParent as W3C Trace Context has it, unchecked; null for none
 */
public record Ended(
    String client,
    String method,
    String route,
    String path,
    int status,
    long bytesIn,
    long bytesOut,
    long tookNanos,
    @Nullable ServedModel model,
    int pictures,
    @Nullable Timing timing,
    String problem,
    @Nullable String traceParent) {}
