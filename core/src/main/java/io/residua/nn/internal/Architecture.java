package io.residua.nn.internal;

import io.residua.UsageException;
import io.residua.nn.Head;
import java.util.List;
import java.util.stream.Stream;

/**
 * A known network, as one value: what comes before the {@link Head}.
 *
 * <pre>{@code
 * Network network = Architecture.named("resnet18-cifar").network(10);
 * }</pre>
 */
public sealed interface Architecture permits ResNetSpec, ResNet9Spec {

  /** For instance {@code resnet50}. */
  String name();

  /** Side of the pictures that the network was designed for. */
  int pictureSizePx();

  /** Channels of the last feature map. */
  int featureChannels();

  /**
   * The network up to its last feature map.
   *
   * @param picture shape of the pictures; of its parameters only the first convolution's depend on
   *     it, by the channels, but how far it pools may, too
   */
  Network backbone(Shape picture);

  /** The network up to its last feature map, for pictures of the size it was designed for. */
  default Network backbone() {
    return backbone(Shape.rgb(pictureSizePx()));
  }

  /** The whole network with the head it was published with. */
  default Network network(int classes) {
    return Head.gapLinear().on(backbone(), Shape.rgb(pictureSizePx()), classes);
  }

  /** Names that {@link #named} knows. */
  static List<String> names() {
    return Stream.concat(ResNetSpec.names().stream(), ResNet9Spec.names().stream()).toList();
  }

  /**
   * The network of that name, one of {@link ResNetSpec#named} or {@link ResNet9Spec#named}.
   *
   * @throws UsageException with one line that names the known ones
   */
  static Architecture named(String name) {
    if (ResNet9Spec.names().contains(name)) {
      return ResNet9Spec.named(name);
    } else if (ResNetSpec.names().contains(name)) {
      return ResNetSpec.named(name);
    }
    throw ResNetSpec.unknown(name, names());
  }
}
