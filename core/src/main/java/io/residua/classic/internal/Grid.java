package io.residua.classic.internal;

import io.residua.classic.ClassicRecipe;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The combinations that a recipe asks for. */
public final class Grid {
  private final ClassicRecipe recipe;
  private final ClassWeights weights;
  private final Set<ClassicSpec> found = new LinkedHashSet<>();

  private Grid(ClassicRecipe recipe, ClassWeights weights) {
    this.recipe = recipe;
    this.weights = weights;
  }

  public static List<ClassicSpec> of(ClassicRecipe recipe, ClassWeights weights) {
    Grid grid = new Grid(recipe, weights);
    for (String kind : recipe.get(ClassicRecipe.CLASSIFIER)) {
      switch (kind) {
        case "svc" -> grid.svc();
        case "logistic" ->
            recipe.get(ClassicRecipe.C).forEach(c -> grid.found.add(LogisticSpec.of(c)));
        default -> recipe.get(ClassicRecipe.K).forEach(k -> grid.found.add(new NeighboursSpec(k)));
      }
    }
    return List.copyOf(grid.found);
  }

  private void svc() {
    for (Kernel.Type type : recipe.get(ClassicRecipe.KERNEL)) {
      for (int degree : recipe.get(ClassicRecipe.DEGREE)) {
        for (double coef0 : recipe.get(ClassicRecipe.COEF0)) {
          for (double c : recipe.get(ClassicRecipe.C)) {
            for (Gamma gamma : recipe.get(ClassicRecipe.GAMMA)) {
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
}
