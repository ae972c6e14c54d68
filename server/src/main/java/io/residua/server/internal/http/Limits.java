package io.residua.server.internal.http;

import java.time.Duration;

/**
 * What one client may ask for.
 *
 * @param bodyBytes of a request, packed and unpacked
 * @param heldBytes of all requests' bodies that are there at one time
 * @param headerBytes of a request's first line and headers
 * @param connections that are open at one time
 * @param idle how long a connection may say nothing
 * @param timeout within which a request is answered, or not at all
 */
public record Limits(
    long bodyBytes,
    long heldBytes,
    int headerBytes,
    int connections,
    Duration idle,
    Duration timeout) {}
