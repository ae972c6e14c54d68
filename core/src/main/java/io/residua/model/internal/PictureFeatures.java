package io.residua.model.internal;

import io.residua.engine.Compute;
import io.residua.engine.internal.BatchRunner;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier's network makes of pictures before it answers: the mean of its last feature map
 * over the positions, or what a classic classifier gets. Safe to call from many threads; takes
 * memory from the first call on.
 */
public final class PictureFeatures implements AutoCloseable {
  /** The layer. */
  private static final String LAYER = "avgpool";

  private final List<Member> members;
  private final Compute compute;
  private @Nullable BatchRunner own;
  private boolean closed;

  public PictureFeatures(List<Member> members, Compute compute) {
    this.members = members;
    this.compute = compute;
  }

  /** Why there are none, in one line; null where there are. */
  public @Nullable String problem() {
    return members.size() > 1 ? "an ensemble has no features of its own" : null;
  }

  /** How many a picture has. */
  int count() {
    return network().outputShape(members.get(0).model().spec().picture()).size();
  }

  /**
   * What computes them.
   *
   * @throws IllegalStateException if this is closed
   */
  public synchronized BatchRunner runner() {
    Member member = members.get(0);
    if (member.decision() instanceof Decision.OfFeatures) {
      return member.runner();
    }
    if (closed) {
      throw new IllegalStateException("the classifier is closed");
    }
    if (own == null) {
      ModelFile model = member.model();
      own =
          new BatchRunner(
              network(),
              model.weights(),
              model.spec().picture(),
              compute,
              model.calibration().orElse(null));
    }
    return own;
  }

  private Network network() {
    ModelSpec spec = members.get(0).model().spec();
    return spec.features().isPresent()
        ? spec.network()
        : new FeatureLayer(LAYER, spec.classes().size())
            .network(spec.architecture(), spec.head(), spec.picture());
  }

  @Override
  public void close() {
    BatchRunner runner;
    synchronized (this) {
      closed = true;
      runner = own;
    }
    if (runner != null) {
      runner.close();
    }
  }
}
