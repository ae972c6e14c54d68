package io.residua.weights.internal;

import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.ResNetSpec.Block;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The networks that files are compared with. */
final class KnownNetworks {
  /** A network, which is made when it is first asked for. */
  static final class Known {
    private final Architecture spec;
    private @Nullable Network backbone;

    private Known(Architecture spec) {
      this.spec = spec;
    }

    Architecture spec() {
      return spec;
    }

    synchronized Network backbone() {
      Network made = backbone == null ? spec.backbone() : backbone;
      backbone = made;
      return made;
    }

    /** How many it has. */
    long convolutions() {
      return backbone().nodes().stream().filter(n -> n.layer() instanceof Conv).count();
    }
  }

  private static final List<Known> ALL =
      Architecture.names().stream().map(name -> new Known(Architecture.named(name))).toList();

  private KnownNetworks() {}

  static List<Known> all() {
    return ALL;
  }

  /**
   * Those that a file may have by some of its shapes, which tell most others apart without making
   * them.
   *
   * @param shapes by torchvision's names
   */
  static List<Known> like(Map<String, List<Integer>> shapes) {
    return ALL.stream().filter(known -> isLike(known.spec(), shapes)).toList();
  }

  /** The backbone of one of them, which is made once. */
  static Network backbone(Architecture spec) {
    return ALL.stream()
        .filter(known -> known.spec().name().equals(spec.name()))
        .map(Known::backbone)
        .findFirst()
        .orElseGet(spec::backbone);
  }

  private static boolean isLike(Architecture architecture, Map<String, List<Integer>> shapes) {
    return !(architecture instanceof ResNetSpec spec)
        || shapes.containsKey("conv1.bias") == spec.style().convBias()
            && shapes.containsKey("layer1.0.conv3.weight") == (spec.block() == Block.BOTTLENECK)
            && IntStream.range(0, spec.depths().size())
                .allMatch(
                    i ->
                        shapes.containsKey(block(i, spec.depths().get(i) - 1))
                            && !shapes.containsKey(block(i, spec.depths().get(i))));
  }

  private static String block(int stage, int index) {
    return "layer" + (stage + 1) + "." + index + ".conv1.weight";
  }
}
