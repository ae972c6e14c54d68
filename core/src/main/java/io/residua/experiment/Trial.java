package io.residua.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.IoReasons;
import io.residua.StrictJson;
import io.residua.Text;
import io.residua.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * A run of an experiment.
 *
 * @param name within the experiment
 * @param folder of the run
 * @param result what it came to; empty if it diverged
 * @param failure how it diverged; empty if it did not
 */
public record Trial(String name, Path folder, Optional<Result> result, String failure) {
  /** The best on validation first, those that diverged last. */
  static final Comparator<Trial> BEST_FIRST =
      (a, b) -> {
        if (a.result.isEmpty() || b.result.isEmpty()) {
          return Boolean.compare(a.result.isEmpty(), b.result.isEmpty());
        }
        Scores first = a.result.get().validation();
        Scores second = b.result.get().validation();
        return first.betterThan(second) ? -1 : second.betterThan(first) ? 1 : 0;
      };

  /**
   * What a run came to.
   *
   * @param train of the kept weights on the train part
   * @param validation on the validation part, which chose the epoch
   * @param trained values that were trained
   * @param epochs how many were run
   * @param bestEpoch the epoch that was kept, from 1
   * @param seconds the run took
   */
  public record Result(
      Scores train, Scores validation, long trained, int epochs, int bestEpoch, double seconds) {}

  /**
   * Reads what a finished run wrote.
   *
   * @throws ExperimentException naming the file, if it is damaged
   */
  static Trial read(String name, Path folder) {
    Path file = new RunFolder(folder).metrics();
    try {
      JsonNode json = StrictJson.parse(Files.readString(file));
      if (!json.has("train") || !json.has("val")) {
        throw new ExperimentException(Text.of("%s: has no accuracies", file));
      }
      return new Trial(
          name,
          folder,
          Optional.of(
              new Result(
                  Scores.of(json.get("train")),
                  Scores.of(json.get("val")),
                  json.path("trainable_parameters").asLong(),
                  json.path("epochs").asInt(),
                  json.path("best_epoch").asInt(),
                  json.path("seconds").asDouble(Double.NaN))),
          "");
    } catch (IOException e) {
      throw new ExperimentException(Text.of("%s: cannot be read: %s", file, IoReasons.of(e)), e);
    } catch (IllegalArgumentException e) {
      throw new ExperimentException(Text.of("%s: %s", file, e.getMessage()), e);
    }
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run", String.valueOf(folder.getFileName()));
    result.ifPresentOrElse(
        r -> {
          json.set("train", r.train().toJson());
          json.set("val", r.validation().toJson());
          json.put("trainable_parameters", r.trained());
          json.put("epochs", r.epochs());
          json.put("best_epoch", r.bestEpoch());
          json.put("seconds", r.seconds());
        },
        () -> json.put("failure", failure));
    return json;
  }
}
