package io.residua.server.internal.predict;

/**
 * A picture as it was sent.
 *
 * @param name that its sender gave it, or {@code picture}
 */
@SuppressWarnings("ArrayRecordComponent") // a file's content, on its way
record SentPicture(String name, byte[] bytes) {}
