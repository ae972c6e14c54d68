package io.residua.server.internal;

/**
 * Why a request gets no answer, in one line that may leave the process.
 *
 * @param status of HTTP
 */
public record Problem(int status, String detail) {}
