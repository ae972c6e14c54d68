package io.residua.server.grpc;

import io.grpc.Status;
import io.residua.server.internal.Problem;

/** What gRPC calls the statuses of HTTP that a server answers with. */
final class Statuses {
  private Statuses() {}

  static Status of(Problem problem) {
    Status status =
        switch (problem.status()) {
          case 400, 415, 422 -> Status.INVALID_ARGUMENT;
          case 401 -> Status.UNAUTHENTICATED;
          case 404 -> Status.NOT_FOUND;
          case 413, 429 -> Status.RESOURCE_EXHAUSTED;
          case 499 -> Status.CANCELLED;
          case 503 -> Status.UNAVAILABLE;
          case 504 -> Status.DEADLINE_EXCEEDED;
          default -> Status.INTERNAL;
        };
    return status.withDescription(problem.detail());
  }
}
