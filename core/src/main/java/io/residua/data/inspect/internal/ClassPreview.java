package io.residua.data.inspect.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some pictures of each class, as they are stored and as training shows them to the network, small
 * enough to be looked at together. They are spread evenly over the train part, or over all where
 * there is none; pictures that can't be read are passed over.
 *
 * <pre>{@code
 * OpenedData data = OpenedData.open(folder);
 * try (TrainingPictures seen = Trainer.create().look(folder, recipe)) {
 *   ClassPreview preview = new ClassPreview(data, ClassPreview.Plan.USUAL, seen);
 *   Files.write(Path.of("grid.png"), preview.grid(Progress.NONE).toPng());
 * }
 * }</pre>
 */
public final class ClassPreview {
  /** Classes beyond these are not shown. */
  public static final int MOST_CLASSES = 100;

  private static final int GAP_PX = 2;
  private static final long MOST_PIXELS = 100_000_000;

  /**
   * What to show.
   *
   * @param perClass pictures of a class, at least 1
   * @param cellPx side of a cell
   * @param passes how many passes of training are shown, if any
   */
  public record Plan(int perClass, int cellPx, int passes) {
    /** Eight pictures a class at 96 pixels, and the first two passes. */
    public static final Plan USUAL = new Plan(8, 96, 2);
  }

  /**
   * A row of pictures.
   *
   * @param what {@code "as stored"} or {@code "in training, pass 1"}
   * @param cells at most {@code cellPx} on each side
   */
  record Row(String className, String what, List<RgbImage> cells) {}

  private final OpenedData data;
  private final ImageDataset shown;
  private final Plan plan;
  private final @Nullable TrainingLook training;
  private final ImageDecoder decoder = new ImageDecoder();

  /** Pictures as they are stored. */
  public ClassPreview(OpenedData data, Plan plan) {
    this(data, plan, null);
  }

  /**
   * Pictures as they are stored and in training.
   *
   * @param training of the same data; null for stored ones alone
   */
  public ClassPreview(OpenedData data, Plan plan, @Nullable TrainingLook training) {
    this.data = data;
    ImageDataset train = data.parts().get(Part.TRAIN);
    this.shown = training != null ? training.pictures() : train == null ? data.all() : train;
    this.plan = plan;
    this.training = training;
  }

  /** The names of the classes shown, in the grid's order. */
  public List<String> classes() {
    return data.classes().subList(0, Math.min(MOST_CLASSES, data.classes().size()));
  }

  /** How many rows each class has. */
  public int rowsPerClass() {
    return training == null ? 1 : 1 + plan.passes();
  }

  /**
   * All rows under one another on white.
   *
   * @throws UsageException with one line, if that is more than 100 million pixels
   */
  public RgbImage grid(Progress progress) {
    int pitch = plan.cellPx() + GAP_PX;
    int rows = classes().size() * rowsPerClass();
    if ((long) plan.perClass() * pitch * rows * pitch > MOST_PIXELS) {
      throw new UsageException(
          Text.of(
              "%d rows of %d pictures of %d pixels are too large a picture; show fewer or smaller"
                  + " ones",
              rows, plan.perClass(), plan.cellPx()));
    }
    RgbImage grid = new RgbImage(plan.perClass() * pitch + GAP_PX, rows * pitch + GAP_PX);
    Arrays.fill(grid.rgb(), (byte) 0xff);
    int y = GAP_PX;
    try (Progress.Task task = progress.start("preview", classes().size(), "classes")) {
      for (int c = 0; c < classes().size(); c++) {
        for (Row row : rows(c)) {
          int x = GAP_PX;
          for (RgbImage cell : row.cells()) {
            int middleX = x + (plan.cellPx() - cell.width()) / 2;
            int middleY = y + (plan.cellPx() - cell.height()) / 2;
            copy(cell, grid, middleX, middleY);
            x += pitch;
          }
          y += pitch;
        }
        task.advance(1);
      }
    }
    return grid;
  }

  private static void copy(RgbImage from, RgbImage to, int left, int top) {
    for (int y = 0; y < from.height(); y++) {
      System.arraycopy(
          from.rgb(),
          y * from.width() * 3,
          to.rgb(),
          ((top + y) * to.width() + left) * 3,
          from.width() * 3);
    }
  }

  /** The rows of a class: as stored, then in training. */
  List<Row> rows(int label) {
    String name = data.classes().get(label);
    List<Integer> ofClass = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      if (shown.samples().get(i).label() == label) {
        ofClass.add(i);
      }
    }
    List<Integer> numbers = new ArrayList<>();
    List<RgbImage> pictures = new ArrayList<>();
    int wanted = Math.min(plan.perClass(), ofClass.size());
    for (int k = 0; k < wanted; k++) {
      // The first that can be read of this share of the class.
      int end = (int) ((k + 1L) * ofClass.size() / wanted);
      for (int at = (int) ((long) k * ofClass.size() / wanted); at < end; at++) {
        RgbImage picture = read(shown.samples().get(ofClass.get(at)));
        if (picture != null) {
          numbers.add(ofClass.get(at));
          pictures.add(picture);
          break;
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(name, "as stored", pictures.stream().map(this::cell).toList()));
    if (training != null) {
      for (int pass = 0; pass < plan.passes(); pass++) {
        List<RgbImage> cells = new ArrayList<>();
        for (int number : numbers) {
          cells.add(cell(training.picture(number, pass)));
        }
        rows.add(new Row(name, "in training, pass " + (pass + 1), cells));
      }
    }
    return rows;
  }

  private @Nullable RgbImage read(Sample sample) {
    try {
      return sample.source().read(decoder);
    } catch (ResiduaException e) {
      return null; // the inspection says why
    }
  }

  private RgbImage cell(RgbImage picture) {
    return Resampling.within(picture, plan.cellPx());
  }
}
