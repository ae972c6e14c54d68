package io.residua.server.internal.serving;

import io.residua.ResiduaException;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.model.ModelException;
import io.residua.model.Prediction;
import io.residua.model.internal.OnlineClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pictures that a model must answer rightly before it is served: those in the folders of a folder
 * {@code check} beside it, each named as the class of its pictures.
 */
record CheckPictures(List<Path> pictures) {
  private static final String FOLDER = "check";

  static CheckPictures of(ModelSource source) {
    List<Path> all = new ArrayList<>();
    for (Path file : source.files()) {
      Path folder = file.toAbsolutePath().resolveSibling(FOLDER);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> found = Files.walk(folder, 2)) {
          found.filter(Files::isRegularFile).sorted().forEach(all::add);
        } catch (IOException e) {
          throw new ModelException(folder + ": cannot be read: " + IoReasons.of(e), e);
        }
      }
    }
    return new CheckPictures(all);
  }

  /**
   * @throws ResiduaException with one line, if one of them gets another answer
   */
  void check(OnlineClassifier model) {
    for (Path picture : pictures) {
      String expected = String.valueOf(picture.getName(picture.getNameCount() - 2));
      Prediction answer = model.classifier().predict(picture);
      if (!answer.label().equals(expected)) {
        throw new ModelException(
            Text.of("%s is to be answered '%s', and is answered %s", picture, expected, answer));
      }
    }
  }
}
