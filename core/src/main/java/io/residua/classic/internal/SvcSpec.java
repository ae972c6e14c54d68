package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.internal.ConstantNames;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A support vector classifier: one machine for each pair of classes, which vote.
 *
 * @param kernel how alike two samples are
 * @param c what a mistake costs; above 0
 * @param weights how much more a mistake costs on some classes
 * @param tolerance when to stop: the largest violation of the optimality conditions, above 0
 * @param probability whether to fit probabilities too, which takes about six times as long
 */
public record SvcSpec(
    Kernel kernel, double c, ClassWeights weights, double tolerance, boolean probability)
    implements ClassicSpec {
  private static final double STANDARD_TOLERANCE = 1e-3;

  public SvcSpec {
    if (!(c > 0) || Double.isInfinite(c)) {
      throw new IllegalArgumentException("C must be a number above 0, not " + c);
    }
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("the tolerance must be above 0, not " + tolerance);
    }
  }

  /** Equal class weights, tolerance 0.001, no probabilities. */
  public static SvcSpec of(Kernel kernel, double c) {
    return new SvcSpec(kernel, c, ClassWeights.NONE, STANDARD_TOLERANCE, false);
  }

  public SvcSpec withWeights(ClassWeights newWeights) {
    return new SvcSpec(kernel, c, newWeights, tolerance, probability);
  }

  public SvcSpec withTolerance(double newTolerance) {
    return new SvcSpec(kernel, c, weights, newTolerance, probability);
  }

  public SvcSpec withProbability(boolean fitProbability) {
    return new SvcSpec(kernel, c, weights, tolerance, fitProbability);
  }

  @Override
  public Svc fit(Matrix samples, int[] labels, Execution execution, Progress progress) {
    Training.check(samples, labels);
    return new SharedKernels(samples, labels, execution, progress).fit(this);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kernel", kernelName());
    settings.put("C", Training.number(c));
    if (kernel.type() != Kernel.Type.LINEAR) {
      settings.put("gamma", kernel.gamma().toString());
    }
    if (kernel.type() == Kernel.Type.POLY) {
      settings.put("degree", Integer.toString(kernel.degree()));
    }
    if (kernel.type() == Kernel.Type.POLY || kernel.type() == Kernel.Type.SIGMOID) {
      settings.put("coef0", Training.number(kernel.coef0()));
    }
    return settings;
  }

  private String kernelName() {
    return ConstantNames.of(kernel.type());
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("classifier", "svc");
    json.put("kernel", kernelName());
    json.put("C", c);
    json.put("gamma", kernel.gamma().toString());
    json.put("degree", kernel.degree());
    json.put("coef0", kernel.coef0());
    if (weights instanceof ClassWeights.Fixed fixed) {
      ObjectNode byClass = json.putObject("class_weight");
      fixed.weightByClass().forEach((label, w) -> byClass.put(Integer.toString(label), w));
    } else {
      json.put("class_weight", "balanced");
    }
    json.put("tolerance", tolerance);
    json.put("probability", probability);
    return json;
  }
}
