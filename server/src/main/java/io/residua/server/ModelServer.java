package io.residua.server;

/** Serves models over HTTP. */
public final class ModelServer {
  private ModelServer() {}
}
