package io.residua.bench.libtorch;

import com.sun.jna.Function;
import io.residua.bench.Case;
import io.residua.bench.Networks;
import io.residua.bench.Turns;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** libtorch through JavaCPP, eager. */
public final class LibtorchPeer implements Turns.Contestant {
  /** How it is used. */
  private enum Mode {
    EAGER,
    CHANNELS_LAST,
    /** bfloat16 autocast, channels last. */
    AUTOCAST
  }

  private final Mode mode;

  private LibtorchPeer(Mode mode) {
    this.mode = mode;
  }

  /** Arguments: {@code eager}, {@code channels-last} or {@code autocast}, and the threads. */
  public static void main(String[] args) throws IOException {
    extract("openblas");
    extract("pytorch");
    torch.set_num_threads(Integer.parseInt(args[1]));
    Mode mode =
        switch (args[0]) {
          case "eager" -> Mode.EAGER;
          case "channels-last" -> Mode.CHANNELS_LAST;
          case "autocast" -> Mode.AUTOCAST;
          default -> throw new IllegalArgumentException("no mode " + args[0]);
        };
    Turns.serve("libtorch " + Loader.getVersion("org.bytedeco", "pytorch"), new LibtorchPeer(mode));
  }

  /**
   * Unpacks all libraries of a package before one of them is loaded: a library that is not there
   * yet would be taken from the system, where there may be another libtorch.
   */
  private static void extract(String name) throws IOException {
    Loader.cacheResources("/org/bytedeco/" + name + "/" + Loader.getPlatform() + "/");
  }

  private MemoryFormat layout() {
    return mode == Mode.EAGER ? MemoryFormat.Contiguous : MemoryFormat.ChannelsLast;
  }

  @Override
  public Turns.Work open(Case what) {
    boolean trains = what.task() == Case.Task.TRAIN;
    if (!trains && what.task() != Case.Task.INFER) {
      throw new IllegalArgumentException("not measured");
    }
    EagerNetwork network = new EagerNetwork(Networks.named(what.network()), layout(), trains);
    Tensor x =
        torch
            .randn(what.batch(), 3, what.picture().height(), what.picture().width())
            .contiguous(layout());
    return trains ? training(what, network, x) : inference(what, network, x);
  }

  @SuppressWarnings("try") // both act by being there
  private Turns.Work inference(Case what, EagerNetwork network, Tensor x) {
    return () -> {
      try (PointerScope scope = new PointerScope();
          NoGradGuard noGradients = new NoGradGuard()) {
        forward(network, x);
      }
      return what.batch();
    };
  }

  private Tensor forward(EagerNetwork network, Tensor x) {
    if (mode != Mode.AUTOCAST) {
      return network.forward(x);
    }
    torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
    torch.set_autocast_enabled(DeviceType.CPU, true);
    try {
      return network.forward(x);
    } finally {
      torch.clear_cache();
      torch.set_autocast_enabled(DeviceType.CPU, false);
    }
  }

  private Turns.Work training(Case what, EagerNetwork network, Tensor x) {
    List<Tensor> parameters = network.trainable();
    SGDOptions options = new SGDOptions(1e-3);
    options.momentum().put(0.9);
    SGD optimizer = new SGD(new TensorVector(parameters.toArray(Tensor[]::new)), options);
    Tensor labels =
        torch.remainder(torch.arange(new Scalar(what.batch())), new Scalar(10)).to(ScalarType.Long);
    Function trim = Function.getFunction("c", "malloc_trim");
    return new Turns.Work() {
      @Override
      @SuppressWarnings("try") // it acts by being there
      public int run() {
        try (PointerScope scope = new PointerScope()) {
          optimizer.zero_grad();
          Tensor logits = forward(network, x).to(ScalarType.Float);
          torch.cross_entropy_loss(logits, labels).backward();
          optimizer.step();
        }
        return what.batch();
      }

      @Override
      public void rest() {
        trim.invokeInt(new Object[] {0});
      }
    };
  }
}
