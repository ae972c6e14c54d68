package io.residua.server.internal.serving;

import java.util.List;

/**
 * How long the slowest picture of a request took in each stage, in nanoseconds.
 *
 * @param queue waiting, before decoding and before computing
 * @param decode reading and preparing it
 * @param compute in the networks, with the others of its batch
 */
public record Timing(long queue, long decode, long compute) {
  static Timing of(List<Item> items) {
    return new Timing(
        items.stream().mapToLong(Item::queueNanos).max().orElse(0),
        items.stream().mapToLong(Item::decodeNanos).max().orElse(0),
        items.stream().mapToLong(Item::computeNanos).max().orElse(0));
  }
}
