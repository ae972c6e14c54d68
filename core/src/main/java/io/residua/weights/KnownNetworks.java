package io.residua.weights;

import io.residua.nn.Layer.Conv;
import io.residua.nn.Network;
import io.residua.nn.ResNetSpec;
import java.util.List;

/** The networks that files are compared with. */
final class KnownNetworks {
  /**
   * A network.
   *
   * @param convolutions how many it has
   */
  record Known(ResNetSpec spec, Network backbone, long convolutions) {
    static Known of(ResNetSpec spec) {
      Network backbone = spec.backbone();
      return new Known(
          spec, backbone, backbone.nodes().stream().filter(n -> n.layer() instanceof Conv).count());
    }
  }

  private static final List<Known> ALL =
      ResNetSpec.names().stream().map(name -> Known.of(ResNetSpec.named(name))).toList();

  private KnownNetworks() {}

  static List<Known> all() {
    return ALL;
  }
}
