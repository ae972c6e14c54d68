package io.residua;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.classic.ClassicRecipe;
import io.residua.data.DataReading;
import io.residua.data.Feed;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.inspect.Inspector;
import io.residua.engine.Compute;
import io.residua.features.ClassicTrainer;
import io.residua.features.FeatureExtractor;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Classifier;
import io.residua.model.ModelFile;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Tiny;
import io.residua.train.CheckpointPlan;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.Trainer;
import io.residua.weights.WeightSource;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who hands over null is told which argument it was. */
class NullArgumentsTest {
  private static final ModelFile MODEL =
      RandomModel.of(
          "resnet8-cifar",
          "gap-linear",
          List.of("a", "b"),
          Preprocessing.preset("torchvision").withSize(32),
          1);

  private static final ImageDataset NONE = new ImageDataset(List.of("a", "b"), List.of());

  /** Something for each type that is not null; nothing is done with it. */
  private static final Map<Class<?>, Object> GIVEN = new HashMap<>();

  static {
    GIVEN.put(String.class, "seed");
    GIVEN.put(Path.class, Path.of("nowhere"));
    GIVEN.put(byte[].class, new byte[0]);
    GIVEN.put(RgbImage.class, new RgbImage(1, 1, new byte[3]));
    GIVEN.put(InputStream.class, InputStream.nullInputStream());
    GIVEN.put(List.class, List.of());
    GIVEN.put(Map.class, Map.of());
    GIVEN.put(Optional.class, Optional.empty());
    GIVEN.put(Function.class, Function.identity());
    GIVEN.put(UnaryOperator.class, UnaryOperator.identity());
    Consumer<Object> ignored = any -> {};
    GIVEN.put(Consumer.class, ignored);
    GIVEN.put(Feed.class, Feed.of(List.of()));
    GIVEN.put(Progress.class, Progress.NONE);
    GIVEN.put(WeightSource.class, WeightSource.ofEnvironment().withOffline(true));
    GIVEN.put(Compute.class, Tiny.ONE_THREAD);
    GIVEN.put(Classifier.Options.class, Classifier.Options.on(Tiny.ONE_THREAD));
    GIVEN.put(TestTimeAugmentation.class, TestTimeAugmentation.NONE);
    GIVEN.put(ModelFile.class, MODEL);
    GIVEN.put(Recipe.class, Recipe.defaults());
    GIVEN.put(ClassicRecipe.class, ClassicRecipe.defaults());
    GIVEN.put(Setting.class, RecipeSettings.SEED);
    GIVEN.put(DataReading.class, DataReading.USUAL);
    GIVEN.put(CheckpointPlan.class, CheckpointPlan.USUAL);
    GIVEN.put(ImageDataset.class, NONE);
    GIVEN.put(
        OpenedData.class,
        new OpenedData(Path.of(""), List.of(), Map.of(Part.ALL, NONE), List.of()));
    GIVEN.put(FeatureExtractor.Request.class, FeatureExtractor.Request.of("nothing", "avgpool"));
    GIVEN.put(FeatureExtractor.class, FeatureExtractor.create().on(Tiny.ONE_THREAD));
  }

  @Test
  void theArgumentIsNamed() throws Exception {
    try (Classifier classifier = new Classifier(MODEL, Classifier.Options.on(Tiny.ONE_THREAD))) {
      check(Classifier.class, classifier);
    }
    check(Classifier.Options.class, Classifier.Options.on(Tiny.ONE_THREAD));
    check(Trainer.class, Tiny.trainer());
    check(Recipe.class, Recipe.defaults());
    check(ClassicRecipe.class, ClassicRecipe.defaults());
    check(DataReading.class, DataReading.USUAL);
    check(FeatureExtractor.class, FeatureExtractor.create().on(Tiny.ONE_THREAD));
    check(ClassicTrainer.class, ClassicTrainer.using(FeatureExtractor.create()));
    check(WeightSource.class, WeightSource.ofEnvironment());
    check(ModelFile.class, MODEL);
    check(Inspector.class, null);
  }

  private static void check(Class<?> type, @Nullable Object instance) throws Exception {
    int checked = 0;
    List<String> wrong = new ArrayList<>();
    for (Method called : callables(type)) {
      Parameter[] parameters = called.getParameters();
      for (int i = 0; i < parameters.length; i++) {
        boolean mayBeNull = parameters[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
        if (!parameters[i].getType().isPrimitive() && !mayBeNull && known(parameters)) {
          String name = parameters[i].getName();
          String told = complaint(called, instance, i);
          if (!name.equals(told)) {
            wrong.add(called + ", " + name + ": " + told);
          }
          checked++;
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(checked).as(type.getName()).isPositive();
  }

  private static List<Method> callables(Class<?> type) {
    List<Method> all = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      boolean own = Modifier.isPublic(method.getModifiers()) && !method.isSynthetic();
      if (own && !method.getName().equals("equals")) {
        all.add(method);
      }
    }
    return all;
  }

  /** Methods that take a type of the library's inside are not the user's. */
  private static boolean known(Parameter[] parameters) {
    return Arrays.stream(parameters)
        .map(Parameter::getType)
        .allMatch(type -> type.isPrimitive() || GIVEN.containsKey(type));
  }

  private static @Nullable String complaint(Method called, @Nullable Object instance, int missing)
      throws Exception {
    Class<?>[] types = called.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = i == missing ? null : given(types[i]);
    }
    try {
      called.invoke(instance, arguments);
      return "nothing";
    } catch (InvocationTargetException e) {
      return e.getCause() instanceof NullPointerException missed
          ? missed.getMessage()
          : e.getCause().toString();
    }
  }

  private static @Nullable Object given(Class<?> type) {
    if (type == boolean.class) {
      return false;
    }
    if (type == double.class) {
      return 0.5;
    }
    if (type == long.class) {
      return 1L;
    }
    return type == int.class ? (Object) 1 : GIVEN.get(type);
  }
}
