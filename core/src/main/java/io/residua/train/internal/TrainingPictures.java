package io.residua.train.internal;

import io.residua.data.ImageDataset;
import io.residua.data.inspect.internal.TrainingLook;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.internal.Text;
import io.residua.model.ModelSpec;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.Trainer;
import java.nio.file.Path;

/**
 * The pictures of a run's train part as its network is shown them: resized, cropped and augmented
 * by the code that loads them in training, with the run's recipe, seed and division of the data.
 * Got by {@link Trainer#look}.
 *
 * <p>A pass over the pictures is an epoch, unless the recipe's {@code steps_per_epoch} makes an
 * epoch of several. Mixing of neighbours in a batch (mixup, cutmix) comes after that and is not
 * part of it.
 */
public final class TrainingPictures implements TrainingLook, AutoCloseable {
  private final ImageDataset data;
  private final Recipe recipe;
  private final ModelSpec training;
  private final PictureExamples examples;

  private TrainingPictures(
      ImageDataset data, Recipe recipe, ModelSpec training, PictureExamples examples) {
    this.data = data;
    this.recipe = recipe;
    this.training = training;
    this.examples = examples;
  }

  /**
   * @param folder where a file goes if the pictures need more memory than there is
   */
  public static TrainingPictures of(ImageDataset data, ModelSpec spec, Recipe recipe, Path folder) {
    ModelSpec training = TrainingSize.of(spec, recipe);
    return new TrainingPictures(
        data,
        recipe,
        training,
        new PictureExamples(
            data,
            spec.preprocessing(),
            training.preprocessing(),
            recipe.get(RecipeSettings.AUGMENT),
            recipe.seed(),
            folder));
  }

  @Override
  public ImageDataset pictures() {
    return data;
  }

  @Override
  public RgbImage picture(int picture, int pass) {
    return examples.picture(picture, pass);
  }

  /** How a picture is prepared, and brought to the network's range. */
  public Preprocessing preprocessing() {
    return training.preprocessing();
  }

  /** What is done, in one line. */
  public String describe() {
    Preprocessing p = preprocessing();
    // A resized crop takes the place of the usual resizing.
    String prepared =
        recipe.get(RecipeSettings.AUGMENT).startsFromStored()
            ? Text.of(
                "cut to %1$dx%1$d, %2$s; %3$s",
                p.sizePx(), p.interpolation().label(), p.describePixels())
            : p.describe();
    return Text.of(
        "%s; augment: %s; mix: %s; seed %d",
        prepared,
        recipe.get(RecipeSettings.AUGMENT).text(),
        recipe
            .get(RecipeSettings.MIX)
            .map(mix -> mix.text() + ", which is not shown")
            .orElse("none"),
        recipe.seed());
  }

  @Override
  public void close() {
    examples.close();
  }
}
