package io.residua.weights.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A class of the ImageNet challenge (ILSVRC 2012).
 *
 * @param index position among the network's outputs, 0 to 999, in order of the WordNet identifiers
 * @param wnid WordNet identifier, for instance {@code n01440764}
 * @param name in English, different for every class, for instance {@code tench}
 */
public record ImageNetClass(int index, String wnid, String name) {
  /** How many there are. */
  public static final int COUNT = 1000;

  private static final String RESOURCE = "imagenet1000.tsv";

  /** All classes in order of their index. */
  public static List<ImageNetClass> all() {
    List<ImageNetClass> classes = new ArrayList<>(COUNT);
    try (InputStream in = ImageNetClass.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int tab = line.indexOf('\t');
        classes.add(
            new ImageNetClass(classes.size(), line.substring(0, tab), line.substring(tab + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(classes);
  }
}
