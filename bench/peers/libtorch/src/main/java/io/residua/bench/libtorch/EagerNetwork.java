package io.residua.bench.libtorch;

import static java.util.Objects.requireNonNull;

import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** A network that calls libtorch layer by layer, as PyTorch's eager mode does. */
final class EagerNetwork {
  private final Network network;
  private final boolean training;
  private final Map<String, Tensor> weights = new HashMap<>();
  private final List<Tensor> trainable = new ArrayList<>();

  EagerNetwork(Network network, MemoryFormat layout, boolean training) {
    this.network = network;
    this.training = training;
    for (Parameter p : network.parameters()) {
      long[] shape = p.shape().stream().mapToLong(Integer::longValue).toArray();
      Tensor value =
          switch (p.kind()) {
            case WEIGHT ->
                torch.randn(shape).mul_(new Scalar(Math.sqrt(2.0 * shape[0] / p.size())));
            case SCALE, RUNNING_VARIANCE -> torch.ones(shape);
            case BIAS, SHIFT, RUNNING_MEAN -> torch.zeros(shape);
          };
      if (shape.length == 4) {
        value = value.contiguous(layout);
      }
      if (training && p.kind().learned()) {
        value = value.set_requires_grad(true);
        trainable.add(value);
      }
      weights.put(p.name(), value);
    }
  }

  List<Tensor> trainable() {
    return trainable;
  }

  Tensor forward(Tensor x) {
    Map<String, Tensor> values = new HashMap<>();
    values.put(Network.INPUT, x);
    for (Node node : network.nodes()) {
      List<Tensor> in =
          node.inputs().stream().map(name -> requireNonNull(values.get(name))).toList();
      values.put(node.name(), compute(node, in));
    }
    return requireNonNull(values.get(network.output()));
  }

  private Tensor compute(Node node, List<Tensor> inputs) {
    Tensor in = inputs.get(0);
    if (node.layer() instanceof Layer.Conv c) {
      long[] strides = {c.stride(), c.stride()};
      long[] padding = {c.padding(), c.padding()};
      long[] dilation = {1, 1};
      Tensor w = weight(node, "weight");
      return torch.conv2d(in, w, new TensorOptional(), strides, padding, dilation, c.groups());
    } else if (node.layer() instanceof Layer.BatchNorm b) {
      return torch.batch_norm(
          in,
          new TensorOptional(weight(node, "weight")),
          new TensorOptional(weight(node, "bias")),
          new TensorOptional(weight(node, "running_mean")),
          new TensorOptional(weight(node, "running_var")),
          training,
          b.momentum(),
          b.epsilon(),
          false);
    } else if (node.layer() instanceof Layer.Relu) {
      return in.relu_();
    } else if (node.layer() instanceof Layer.MaxPool p) {
      long[] kernel = {p.kernel(), p.kernel()};
      long[] strides = {p.stride(), p.stride()};
      long[] padding = {p.padding(), p.padding()};
      return torch.max_pool2d(in, kernel, strides, padding, new long[] {1, 1}, false);
    } else if (node.layer() instanceof Layer.GlobalAvgPool) {
      return torch.adaptive_avg_pool2d(in, 1, 1);
    } else if (node.layer() instanceof Layer.Add) {
      return in.add_(inputs.get(1));
    } else if (node.layer() instanceof Layer.Flatten) {
      return in.flatten(1, -1);
    } else if (node.layer() instanceof Layer.Linear) {
      TensorOptional bias = new TensorOptional(weight(node, "bias"));
      return torch.linear(in.flatten(1, -1), weight(node, "weight"), bias);
    }
    throw new IllegalArgumentException("no " + node.layer());
  }

  private Tensor weight(Node node, String role) {
    return requireNonNull(weights.get(node.name() + "." + role));
  }
}
