package io.residua.engine.onednn;

import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.ActivationProbe;
import io.residua.engine.internal.Executor;
import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.SessionChecks;
import io.residua.engine.internal.SessionShape;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;

/** oneDNN on this machine's processor. */
public final class OneDnnExecutor implements Executor {
  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public String label() {
    return "oneDNN";
  }

  @Override
  public Optional<String> problem() {
    return Natives.problem();
  }

  @Override
  public void prepare() {
    if (Natives.available()) {
      OmpThreads.use(1);
      OneDnn.nhwc(OneDnn.F32, 1, 1, 1, 1).close();
      Natives.cpu();
      MappedPages.canRelease();
    }
  }

  @Override
  public Set<Precision> precisions() {
    return EnumSet.allOf(Precision.class);
  }

  @Override
  public Precision usual() {
    return Natives.widePrecision();
  }

  @Override
  public void require(Precision precision, boolean training) {
    Natives.require(precision, training);
  }

  @Override
  public boolean sideBySide() {
    return true;
  }

  @Override
  public String version() {
    var version = dnnl.dnnl_version();
    return Text.of(
        "%s; oneDNN %d.%d.%d", processor(), version.major(), version.minor(), version.patch());
  }

  private static String processor() {
    String isa = Text.of("isa %x", Natives.instructionSet());
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
              .filter(l -> l.startsWith("model") || l.startsWith("cpu family"))
              .map(l -> l.substring(l.indexOf(':') + 1).strip())
              .limit(3)
              .reduce((a, b) -> a + "/" + b)
              .orElse("")
          + " "
          + isa;
    } catch (IOException | RuntimeException e) {
      return System.getProperty("os.arch") + " " + isa;
    }
  }

  @Override
  public InferenceSession inference(Inference what, int batchSize) {
    Natives.require(what.compute().precision(), false);
    SessionChecks.batchSize(batchSize);
    if (what.compute().threads() == 1) {
      return new OneDnnInference(new OneDnnInferenceProgram(what, batchSize, 1), true);
    }
    return batchSize == 1 ? new JointInference(what) : new SplitInference(what, batchSize);
  }

  @Override
  public List<InferenceSession> workers(Inference what, SessionShape shape) {
    Natives.require(what.compute().precision(), false);
    return List.copyOf(OneDnnInference.sharing(what, shape.sessions(), shape.picturesPerCall()));
  }

  @Override
  public TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    Natives.require(options.precision(), true);
    return new OneDnnTraining(network, weights, picture, options);
  }

  @Override
  public ActivationProbe probe(
      Network network, WeightMap weights, Shape picture, Set<String> names, int threads) {
    return new OneDnnProbe(network, weights, picture, names, threads);
  }
}
