package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.server.Served;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A model in a folder of models, pictures, and what is right of them, for the standard clients. */
public final class ExpectedAnswers {
  private static final int SIZE = 32;

  private ExpectedAnswers() {}

  /**
   * Writes them.
   *
   * @param folder gets {@code models/pets/2} and the pictures
   * @return the file that the clients read
   */
  public static Path write(Path folder) throws IOException {
    Preprocessing input = Preprocessing.preset("keras-caffe").withSize(SIZE);
    assertThat(input.channelOrder()).isEqualTo(ChannelOrder.BGR);
    Path version = Files.createDirectories(folder.resolve("models").resolve("pets").resolve("2"));
    Path model = version.resolve("model.safetensors");
    RandomModel.of("resnet20-cifar-b", "gap-linear", Served.CLASSES, input, 3).write(model);
    Path file = folder.resolve("expected.json");
    try (Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      Files.writeString(file, expected(folder, classifier).toString());
    }
    return file;
  }

  private static ObjectNode expected(Path folder, Classifier classifier) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", "pets").put("version", "2").put("size", SIZE).put("channels", 3);
    json.put("features", 64);
    Served.CLASSES.forEach(json.putArray("classes")::add);
    ArrayNode pictures = json.putArray("pictures");
    for (RgbImage picture : List.of(Pictures.noise(50, 40, 8), Pictures.noise(50, 40, 9))) {
      Prediction prediction = classifier.predict(picture);
      ObjectNode one = pictures.addObject();
      prediction.probabilities().forEach(one.putArray("probabilities")::add);
      one.put("index", prediction.index());
      one.put("file", file(folder, pictures.size() + ".png", picture.toPng()));
      one.put("pixels", file(folder, pictures.size() + ".rgb", picture.rgb()));
      one.putArray("shape").add(picture.height()).add(picture.width()).add(3);
      one.put("prepared", file(folder, pictures.size() + ".f32", planes(classifier, picture)));
    }
    return json;
  }

  private static String file(Path folder, String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content).toString();
  }

  /** What the network takes, {@code C×H×W}, little-endian. */
  private static byte[] planes(Classifier classifier, RgbImage picture) {
    float[] values = new float[3 * SIZE * SIZE];
    classifier.spec().preprocessing().apply(picture, values, 0);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int c = 0; c < 3; c++) {
      for (int p = 0; p < SIZE * SIZE; p++) {
        bytes.putFloat(values[3 * p + c]);
      }
    }
    return bytes.array();
  }
}
