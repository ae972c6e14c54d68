package io.residua.bench.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import com.sun.jna.Function;
import io.residua.bench.Case;
import io.residua.bench.Turns;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Path;

/** DJL on its PyTorch engine. */
public final class DjlPeer {
  private DjlPeer() {}

  /** Argument: {@code zoo} for the model zoo's ResNetV1, or a TorchScript file. */
  public static void main(String[] args) throws IOException {
    Engine engine = Engine.getInstance();
    String version = Text.of("DJL %s, PyTorch %s", Engine.getDjlVersion(), engine.getVersion());
    Turns.serve(version, what -> args[0].equals("zoo") ? zoo(what) : script(what, args[0]));
  }

  private static Turns.Work zoo(Case what) {
    if (!what.network().equals("resnet50")) {
      throw new IllegalArgumentException("not measured");
    }
    ResNetV1.Builder builder = ResNetV1.builder();
    Block block =
        builder.setImageShape(new Shape(3, 224, 224)).setNumLayers(50).setOutSize(1000).build();
    Model model = Model.newInstance("resnet50", Device.cpu());
    model.setBlock(block);
    return switch (what.task()) {
      case INFER -> {
        block.setInitializer(new XavierInitializer(), ai.djl.nn.Parameter.Type.WEIGHT);
        block.initialize(model.getNDManager(), DataType.FLOAT32, shape(what));
        yield inference(what, model);
      }
      case TRAIN -> training(what, model);
      default -> throw new IllegalArgumentException("not measured");
    };
  }

  private static Turns.Work script(Case what, String file)
      throws IOException, MalformedModelException {
    if (what.task() != Case.Task.INFER || !what.network().equals("resnet50")) {
      throw new IllegalArgumentException("not measured");
    }
    Model model = Model.newInstance("resnet50", Device.cpu());
    model.load(Path.of(file).toAbsolutePath().getParent(), "resnet50");
    return inference(what, model);
  }

  private static Shape shape(Case what) {
    return new Shape(what.batch(), 3, what.picture().height(), what.picture().width());
  }

  private static Turns.Work inference(Case what, Model model) {
    NDArray x = model.getNDManager().randomNormal(shape(what));
    return () -> {
      try (NDManager manager = model.getNDManager().newSubManager()) {
        NDArray input = x.duplicate();
        input.attach(manager);
        NDList output =
            model.getBlock().forward(new ParameterStore(manager, false), new NDList(input), false);
        output.attach(manager);
      }
      return what.batch();
    };
  }

  private static Turns.Work training(Case what, Model model) {
    Optimizer sgd =
        Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-3f)).optMomentum(0.9f).build();
    Loss loss = Loss.softmaxCrossEntropyLoss();
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(loss)
                .optOptimizer(sgd)
                .optDevices(new Device[] {Device.cpu()}));
    trainer.initialize(shape(what));
    NDManager manager = trainer.getManager();
    NDArray x = manager.randomNormal(shape(what));
    NDArray labels = manager.arange(what.batch()).mod(10).toType(DataType.INT64, false);
    Function trim = Function.getFunction("c", "malloc_trim");
    return new Turns.Work() {
      @Override
      public int run() {
        try (NDManager step = manager.newSubManager()) {
          try (GradientCollector gradients = trainer.newGradientCollector()) {
            NDArray input = x.duplicate();
            input.attach(step);
            NDList logits = trainer.forward(new NDList(input));
            logits.attach(step);
            NDArray value = loss.evaluate(new NDList(labels), logits);
            value.attach(step);
            gradients.backward(value);
          }
          trainer.step();
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
