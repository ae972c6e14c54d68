package io.residua.explain.internal;

import io.residua.Progress;
import io.residua.data.PictureSource;
import io.residua.engine.Compute;
import io.residua.features.internal.NetworkFeatures;
import io.residua.model.ModelFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which known pictures look most alike to a model's network: those whose features have the smallest
 * angle. Beside a wrong answer they often tell where it comes from.
 */
public final class NearestPictures {
  private NearestPictures() {}

  /**
   * A known picture near another.
   *
   * @param index of the known picture
   * @param similarity cosine of the angle between the features, -1 to 1; 1 for the same picture
   */
  public record Near(int index, double similarity) {}

  /**
   * Finds the nearest known pictures to each of some pictures. Known pictures are looked at one
   * after the other, so memory does not grow with their number.
   *
   * @param pictures for which neighbours are wanted
   * @param known where they are looked for
   * @param count how many are wanted for each
   * @return for each picture its neighbours, nearest first; none for one that can't be read
   */
  public static List<List<Near>> find(
      ModelFile model,
      Compute compute,
      List<? extends PictureSource> pictures,
      List<? extends PictureSource> known,
      int count,
      Progress progress) {
    List<List<Near>> found = new ArrayList<>();
    pictures.forEach(p -> found.add(new ArrayList<>()));
    if (pictures.isEmpty() || known.isEmpty()) {
      return found;
    }
    try (NetworkFeatures vectors = NetworkFeatures.of(model, compute)) {
      int width = vectors.size();
      Map<Integer, float[]> wanted = new ConcurrentHashMap<>();
      vectors.forEach(
          pictures,
          (i, values, offset) -> wanted.put(i, unit(values, offset, width)),
          "features",
          progress);
      vectors.forEach(
          known,
          (i, values, offset) -> {
            float[] vector = unit(values, offset, width);
            wanted.forEach(
                (picture, own) -> keep(found.get(picture), new Near(i, dot(own, vector)), count));
          },
          "nearest pictures",
          progress);
    }
    return found;
  }

  private static void keep(List<Near> best, Near near, int count) {
    synchronized (best) {
      best.add(near);
      best.sort(
          Comparator.comparingDouble(Near::similarity).reversed().thenComparingInt(Near::index));
      if (best.size() > count) {
        best.remove(count);
      }
    }
  }

  private static float[] unit(float[] values, int offset, int width) {
    double squares = 0;
    for (int i = 0; i < width; i++) {
      squares += (double) values[offset + i] * values[offset + i];
    }
    double length = squares == 0 ? 1 : Math.sqrt(squares);
    float[] unit = new float[width];
    for (int i = 0; i < width; i++) {
      unit[i] = (float) (values[offset + i] / length);
    }
    return unit;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
