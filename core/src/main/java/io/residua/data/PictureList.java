package io.residua.data;

import io.residua.data.PictureFiles.Found;
import io.residua.data.PictureFiles.Listing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Unlabelled pictures, to be predicted.
 *
 * @param pictures in the order given; a folder stands for the pictures under it, sorted by name
 * @param warnings one line for each folder with files that are not pictures
 */
public record PictureList(List<Path> pictures, List<String> warnings) {
  public PictureList {
    pictures = List.copyOf(pictures);
    warnings = List.copyOf(warnings);
  }

  /**
   * Lists files and folders. A file named by the user is kept whatever it is, even when it is
   * missing, so that whoever reads it can say what is wrong with it.
   *
   * @throws DataException if a folder cannot be listed or there is not one picture in all
   */
  public static PictureList of(List<Path> inputs) {
    List<Path> pictures = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (Path input : inputs) {
      if (!Files.isDirectory(input)) {
        pictures.add(input);
        continue;
      }
      Listing listing = PictureFiles.under(input);
      listing.pictures().stream().map(Found::path).forEach(pictures::add);
      List<Found> others = listing.others();
      if (listing.pictures().isEmpty()) {
        warnings.add(input + ": no pictures in this folder");
      } else if (!others.isEmpty()) {
        warnings.add(
            input
                + ": "
                + ClassFolders.count(others.size(), "file")
                + " left out, not a picture by name or content (first: "
                + others.get(0).name()
                + ")");
      }
    }
    if (pictures.isEmpty()) {
      throw new DataException(
          inputs.isEmpty()
              ? "no pictures given"
              : inputs.get(0) + ": no pictures in " + (inputs.size() > 1 ? "any folder" : "it"));
    }
    return new PictureList(pictures, warnings);
  }
}
