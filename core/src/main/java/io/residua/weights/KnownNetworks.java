package io.residua.weights;

import io.residua.nn.Architecture;
import io.residua.nn.Layer.Conv;
import io.residua.nn.Network;
import java.util.List;

/** The networks that files are compared with. */
final class KnownNetworks {
  /**
   * A network.
   *
   * @param convolutions how many it has
   */
  record Known(Architecture spec, Network backbone, long convolutions) {
    static Known of(Architecture spec) {
      Network backbone = spec.backbone();
      return new Known(
          spec, backbone, backbone.nodes().stream().filter(n -> n.layer() instanceof Conv).count());
    }
  }

  private static final List<Known> ALL =
      Architecture.names().stream().map(name -> Known.of(Architecture.named(name))).toList();

  private KnownNetworks() {}

  static List<Known> all() {
    return ALL;
  }

  /** The backbone of one of them, which is made once. */
  static Network backbone(Architecture spec) {
    return ALL.stream()
        .filter(known -> known.spec().name().equals(spec.name()))
        .map(Known::backbone)
        .findFirst()
        .orElseGet(spec::backbone);
  }
}
