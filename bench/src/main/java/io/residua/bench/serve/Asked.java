package io.residua.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.bench.serve.Protocol.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures that are asked, and what {@code residua predict} says of them.
 *
 * @param tolerance how far a probability may be from what is expected
 */
record Asked(List<byte[]> files, List<Answer> expected, double tolerance) {
  /** Answers of Residua are those of its command. */
  static final double SAME = 1e-4;

  /** Other programs decode and resize pictures in their own ways. */
  static final double ALIKE = 0.05;

  Asked {
    files = List.copyOf(files);
    expected = List.copyOf(expected);
  }

  /** Asks the command once for all pictures of a folder. */
  static Asked of(Path project, Path folder, String model, String precision, Path out)
      throws IOException, InterruptedException {
    Process predict =
        new ProcessBuilder(
                project.resolve("residua").toString(),
                "predict",
                model,
                folder.toString(),
                "--precision",
                precision,
                "--json",
                out.toString(),
                "--quiet")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (predict.waitFor() != 0) {
      throw new IOException("residua predict " + model + " failed");
    }
    List<byte[]> files = new ArrayList<>();
    List<Answer> expected = new ArrayList<>();
    for (JsonNode prediction : new ObjectMapper().readTree(out.toFile()).path("predictions")) {
      files.add(Files.readAllBytes(Path.of(prediction.path("path").asText())));
      expected.add(
          new Answer(prediction.path("class").asText(), prediction.path("probability").asDouble()));
    }
    return new Asked(files, expected, SAME);
  }

  Asked within(double newTolerance) {
    return new Asked(files, expected, newTolerance);
  }

  byte[] file(int index) {
    return files.get(index % files.size());
  }

  /** How far an answer is from what is expected; infinite for another class. */
  double difference(int index, Answer answer) {
    Answer right = expected.get(index % expected.size());
    return right.label().equals(answer.label())
        ? Math.abs(right.probability() - answer.probability())
        : Double.POSITIVE_INFINITY;
  }
}
