package io.residua.classic;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The combinations that a recipe asks for. */
final class Grid {
  private final ClassicRecipe recipe;
  private final ClassWeights weights;
  private final Set<ClassicSpec> found = new LinkedHashSet<>();

  private Grid(ClassicRecipe recipe, ClassWeights weights) {
    this.recipe = recipe;
    this.weights = weights;
  }

  static List<ClassicSpec> of(ClassicRecipe recipe, ClassWeights weights) {
    Grid grid = new Grid(recipe, weights);
    List<String> kinds =
        recipe.each(
            "classifier",
            "one of svc, logistic, knn",
            text -> text,
            kind -> List.of("svc", "logistic", "knn").contains(kind));
    for (String kind : kinds) {
      switch (kind) {
        case "svc" -> grid.svc();
        case "logistic" -> grid.costs().forEach(c -> grid.found.add(LogisticSpec.of(c)));
        default -> grid.neighbours().forEach(k -> grid.found.add(new NeighboursSpec(k)));
      }
    }
    return List.copyOf(grid.found);
  }

  private void svc() {
    for (Kernel.Type type : kernels()) {
      for (int degree : degrees()) {
        for (double coef0 : offsets()) {
          for (double c : costs()) {
            for (Gamma gamma : gammas()) {
              found.add(
                  SvcSpec.of(kernel(type, gamma, degree, coef0), c)
                      .withWeights(weights)
                      .withProbability(true));
            }
          }
        }
      }
    }
  }

  /** What a kernel does not use has one value in it, so that no combination is tried twice. */
  private static Kernel kernel(Kernel.Type type, Gamma gamma, int degree, double coef0) {
    return switch (type) {
      case LINEAR -> Kernel.linear();
      case POLY -> Kernel.poly(gamma, degree, coef0);
      case RBF -> Kernel.rbf(gamma);
      case SIGMOID -> Kernel.sigmoid(gamma, coef0);
    };
  }

  private List<Kernel.Type> kernels() {
    return recipe.each(
        "kernel",
        "one of linear, poly, rbf, sigmoid",
        text -> Kernel.Type.valueOf(text.toUpperCase(Locale.ROOT)),
        type -> true);
  }

  private List<Double> costs() {
    return recipe.each(
        "c", "a number above 0", Double::valueOf, c -> c > 0 && !Double.isInfinite(c));
  }

  private List<Gamma> gammas() {
    return recipe.each("gamma", "a number above 0, scale or auto", Gamma::parse, gamma -> true);
  }

  private List<Integer> degrees() {
    return recipe.each("degree", "a whole number from 1", Integer::valueOf, d -> d >= 1);
  }

  private List<Double> offsets() {
    return recipe.each("coef0", "a finite number", Double::valueOf, Double::isFinite);
  }

  private List<Integer> neighbours() {
    return recipe.each("k", "a whole number from 1", Integer::valueOf, k -> k >= 1);
  }
}
