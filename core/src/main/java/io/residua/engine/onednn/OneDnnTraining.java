package io.residua.engine.onednn;

import io.residua.engine.internal.FrozenPrefix;
import io.residua.engine.internal.SessionChecks;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.engine.onednn.TrainingTape.Master;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.jspecify.annotations.Nullable;

/**
 * Training on oneDNN. The frozen prefix runs fused as for inference; the rest forward and backward,
 * on activations in the precision's type, with 32-bit masters, statistics, gradients of weights,
 * and 32-bit layers from the pooled features on.
 */
final class OneDnnTraining implements TrainingSession {
  private final TrainingTape t;
  private final Shape picture;
  private final Shape output;
  private final Crew crew;
  private final @Nullable TrainingPrefix prefix;
  private final boolean usesBatchStatistics;
  private final List<TrainingLayer> layers = new ArrayList<>();
  private final OneDnnTape.Binding binding;
  private final FloatBuffer input;
  private final FloatBuffer logits;
  private final @Nullable FloatBuffer logitsGradient;
  private final List<Trainable> trainables;
  private final List<Trainable> statistics;
  private int lastCount;
  private boolean closed;

  OneDnnTraining(Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    SessionChecks.batchSize(options.batchSize());
    this.picture = picture;
    output = network.outputShape(picture);
    OmpThreads.use(1); // each primitive computes a lane
    t = new TrainingTape(network, weights, picture, options);
    int n = options.batchSize();
    Buffer in = t.tape.buffer(OneDnn.nhwc(OneDnn.F32, n, picture));
    t.put(Network.INPUT, t.converted(Phase.FORWARD, in, OneDnn.nhwc(t.type, n, picture)));
    Set<String> frozen =
        FrozenPrefix.nodes(network, options.trainable(), options.frozenStatistics());
    prefix = prefix(network, weights, frozen);
    usesBatchStatistics = SessionChecks.batchStatistics(network, network.shapes(picture), options);
    forward(network, frozen);
    Buffer out =
        t.tape.pin(
            t.converted(
                Phase.FORWARD, t.value(network.output()), OneDnn.nchw(OneDnn.F32, n, output)));
    Buffer dOut = null;
    if (t.needsGradient(network.output())) {
      dOut = t.tape.constant(OneDnn.zeros(OneDnn.nchw(OneDnn.F32, n, output)));
      t.share(network.output(), dOut);
      for (int i = layers.size() - 1; i >= 0; i--) {
        if (t.needsGradient(layers.get(i).output())) {
          layers.get(i).backward();
        }
      }
      t.lanes.end();
    }
    crew = new Crew(options.threads());
    binding = t.tape.bind(crew);
    long outputs = (long) n * output.size();
    input = OneDnn.floats(binding.data(in), (long) n * picture.size());
    logits = OneDnn.floats(binding.data(out), outputs);
    logitsGradient = dOut == null ? null : OneDnn.floats(binding.data(dOut), outputs);
    trainables = t.masters.stream().map(this::trainable).toList();
    statistics =
        layers.stream()
            .filter(TrainingBatchNorm.class::isInstance)
            .flatMap(layer -> ((TrainingBatchNorm) layer).statistics())
            .toList();
  }

  private Trainable trainable(Master master) {
    long count = master.values().desc.get_size() / Float.BYTES;
    return new Trainable(
        master.parameter(),
        OneDnn.floats(binding.data(master.values()), count),
        OneDnn.floats(binding.data(master.gradient()), count));
  }

  /** Writes the frozen prefix, and where it leaves the values that the rest needs. */
  private @Nullable TrainingPrefix prefix(Network network, WeightMap weights, Set<String> frozen) {
    Set<String> needed = new HashSet<>();
    for (Node node : network.nodes()) {
      if (!frozen.contains(node.name())) {
        node.inputs().stream().filter(frozen::contains).forEach(needed::add);
      }
    }
    if (frozen.contains(network.output())) {
      needed.add(network.output());
    }
    needed.remove(Network.INPUT);
    if (needed.isEmpty()) {
      return null;
    }
    Network part =
        new Network(
            network.name(),
            network.nodes().stream().filter(node -> frozen.contains(node.name())).toList());
    return new TrainingPrefix(t, part, weights, picture, needed);
  }

  private void forward(Network network, Set<String> frozen) {
    Map<String, Integer> uses = new HashMap<>();
    Map<String, Node> users = new HashMap<>();
    for (Node node : network.nodes()) {
      for (String in : node.inputs()) {
        uses.merge(in, 1, Integer::sum);
        users.put(in, node);
      }
    }
    Set<String> done = new HashSet<>(frozen);
    for (Node node : network.nodes()) {
      if (done.contains(node.name())) {
        continue;
      }
      String out = node.name();
      boolean relu = false;
      if (node.layer() instanceof BatchNorm || node.layer() instanceof Add) {
        Node user = users.get(out);
        if (user != null && user.layer() instanceof Relu && uses.getOrDefault(out, 0) == 1) {
          relu = true;
          out = user.name();
          done.add(out);
        }
      }
      layers.add(layer(node, out, relu));
    }
  }

  private TrainingLayer layer(Node node, String out, boolean relu) {
    String name = node.name();
    String in = node.inputs().get(0);
    return node.layer()
        .accept(
            new Visitor<TrainingLayer>(
                (Conv c) -> new TrainingConv(t, name, c, in, null),
                (BatchNorm b) -> new TrainingBatchNorm(t, name, b, in, out, relu),
                (Linear l) -> new TrainingLinear(t, name, l, in),
                (Relu r) -> new TrainingElementwise.Relu(t, name, in),
                (MaxPool p) -> new TrainingPool(t, name, in, algorithm.pooling_max, p),
                (AvgPool p) ->
                    new TrainingPool(t, name, in, algorithm.pooling_avg_include_padding, p),
                (GlobalAvgPool g) -> new TrainingPool(t, name, in),
                (Add a) -> new TrainingElementwise.Add(t, in, node.inputs().get(1), out, relu),
                (PadShortcut p) -> {
                  int channels = t.shape(in).channels();
                  return new TrainingConv(
                      t,
                      name,
                      PadWeights.conv(channels, p),
                      in,
                      new PadWeights(name, channels, p.outChannels()).weight());
                },
                (Flatten f) -> new TrainingElementwise.Flatten(t, name, in),
                (Dropout d) -> new TrainingDropout(t, name, d.rate(), in)));
  }

  @Override
  public int batchSize() {
    return t.batchSize;
  }

  @Override
  public int inputSize() {
    return picture.size();
  }

  @Override
  public int outputSize() {
    return output.size();
  }

  @Override
  public synchronized void forward(float[] in, int count, long step, float[] out) {
    requireOpen();
    SessionChecks.step(count, t.batchSize, usesBatchStatistics);
    SessionChecks.length("input", in, count, inputSize());
    SessionChecks.length("logits", out, count, outputSize());
    OmpThreads.use(1);
    input.put(0, in, 0, count * inputSize());
    for (int i = count * inputSize(); i < input.capacity(); i++) {
      input.put(i, 0f);
    }
    for (TrainingLayer layer : layers) {
      layer.beforeForward(binding, count, step);
    }
    binding.run(Phase.PREPARE);
    binding.run(Phase.FORWARD);
    for (TrainingLayer layer : layers) {
      layer.afterForward(binding);
    }
    logits.get(0, out, 0, count * outputSize());
    lastCount = count;
  }

  @Override
  public synchronized void backward(float[] gradient) {
    requireOpen();
    if (lastCount == 0) {
      throw new IllegalStateException("backward needs a forward before it");
    }
    SessionChecks.length("logits gradient", gradient, lastCount, outputSize());
    if (logitsGradient == null) {
      lastCount = 0;
      return; // nothing is trained
    }
    OmpThreads.use(1);
    logitsGradient.put(0, gradient, 0, lastCount * outputSize());
    for (int i = lastCount * outputSize(); i < logitsGradient.capacity(); i++) {
      logitsGradient.put(i, 0f);
    }
    binding.run(Phase.BACKWARD);
    lastCount = 0;
  }

  @Override
  public List<Trainable> trainables() {
    return trainables;
  }

  @Override
  public List<Trainable> statistics() {
    return statistics;
  }

  @Override
  public synchronized WeightMap weights() {
    requireOpen();
    OmpThreads.use(1);
    Map<String, FloatTensor> all = new LinkedHashMap<>(t.weights.asMap());
    try (stream s = new stream(Natives.cpu())) {
      for (Master master : t.masters) {
        memory from =
            new memory(master.values().desc, Natives.cpu(), binding.data(master.values()));
        memory to = new memory(master.plain(), Natives.cpu());
        try (reorder r = new reorder(from, to)) {
          r.execute(s, from, to);
          s._wait();
          float[] values = new float[master.parameter().size()];
          OneDnn.floats(to).get(values);
          all.put(master.parameter().name(), FloatTensor.of(master.parameter(), values));
        } finally {
          from.close();
          to.close();
        }
      }
    }
    for (Trainable moved : statistics) {
      float[] values = new float[moved.parameter().size()];
      moved.values().get(0, values);
      all.put(moved.parameter().name(), FloatTensor.of(moved.parameter(), values));
    }
    return new WeightMap(all);
  }

  @Override
  public synchronized void set(WeightMap weights) {
    requireOpen();
    OmpThreads.use(1);
    for (int i = 0; i < trainables.size(); i++) {
      Master master = t.masters.get(i);
      FloatBuffer plain = weights.get(master.parameter().name()).data();
      try (memory own = OneDnn.packed(master.plain(), plain, master.values().desc)) {
        trainables.get(i).values().duplicate().put(OneDnn.floats(own));
      }
    }
    for (Trainable moved : statistics) {
      moved.values().duplicate().put(weights.get(moved.parameter().name()).data());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  /** Bytes of the block that activations and gradients share. */
  long arenaBytes() {
    return binding.arenaBytes();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      crew.close();
      binding.close();
      if (prefix != null) {
        prefix.close();
      }
      t.tape.close();
    }
  }
}
