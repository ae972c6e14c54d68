package io.residua.bench;

import io.residua.internal.ConstantNames;
import io.residua.nn.Head;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import java.util.Map;

/**
 * What is measured: a network doing something with batches of random pictures.
 *
 * @param network as {@link Networks#named} knows it
 * @param batch pictures a call; those in the folder where there is one
 */
public record Case(String network, Task task, int batch) {
  /** What a network does. */
  public enum Task {
    /** Forward pass of a batch. */
    INFER,
    /** Forward passes of many pictures, handed over one by one. */
    STREAM,
    /** A classifier over files. */
    FOLDER,
    /** The same files and classifier, each picture asked for by one of eight threads. */
    CALLERS,
    /** Forward, loss, backward and a step of SGD with momentum, of all weights. */
    TRAIN,
    /** The same of {@code layer4} and {@code fc}; running statistics before them. */
    TRAIN_LAST;

    boolean trains() {
      return this == TRAIN || this == TRAIN_LAST;
    }
  }

  /** Reads {@code resnet50/infer/32}. */
  public static Case parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("a case is NETWORK/TASK/BATCH, not " + text);
    }
    Task task = ConstantNames.read(Task.class, "task", parts[1]);
    return new Case(parts[0], task, Integer.parseInt(parts[2]));
  }

  /** The form that {@link #parse} reads. */
  public String text() {
    return network + "/" + ConstantNames.of(task) + "/" + batch;
  }

  /** One picture's shape. */
  public Shape picture() {
    return Shape.rgb(Networks.sizePx(network));
  }

  /**
   * Arithmetic of one picture in 10⁹ operations, a multiply-add being two. Training adds the
   * gradient of every trained weight, and of every activation after the first of them.
   */
  public double gflop() {
    Network net = Networks.named(network);
    Map<String, Long> forward = net.multiplyAdds(picture());
    double multiplyAdds = 0;
    boolean behindTrained = false;
    for (Node node : net.nodes()) {
      long one = forward.getOrDefault(node.name(), 0L);
      boolean trained = trained(node.name());
      boolean kept = task == Task.TRAIN_LAST && !trained; // its output was computed before
      int passes = (kept ? 0 : 1) + (trained ? 1 : 0) + (behindTrained ? 1 : 0);
      multiplyAdds += (double) one * passes;
      behindTrained |= trained && node.layer() instanceof Conv;
    }
    return 2 * multiplyAdds / 1e9;
  }

  private boolean trained(String layer) {
    return task == Task.TRAIN
        || (task == Task.TRAIN_LAST && (layer.startsWith("layer4") || Head.holds(layer)));
  }
}
