package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The data of an input as JSON has them: numbers, or elements of any length in base64; in one array
 * or nested by the tensor's shape. Whether they fit the shape is asked when that is known, which
 * may come behind them.
 */
final class JsonData {
  private static final int FIRST_VALUES = 1024;

  private final int mostBlobs;
  private final int mostNumbers;
  private final List<byte[]> blobs = new ArrayList<>();
  private float[] numbers = new float[0];
  private int count;

  private final long[] counts = new long[TensorShape.MAX_RANK];
  private final long[] lengths = new long[TensorShape.MAX_RANK];
  private int deepest;
  private int depthOfValues;

  private JsonData(int mostBlobs, int mostNumbers) {
    this.mostBlobs = mostBlobs;
    this.mostNumbers = mostNumbers;
  }

  /**
   * Reads the array that the parser stands at.
   *
   * @param mostNumbers that there may be
   * @throws RequestException if it is none, or its arrays of one depth differ in length
   */
  static JsonData read(JsonParser json, InferLimits limits, int mostNumbers) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw Messages.badRequest("'data' must be an array");
    }
    JsonData data = new JsonData(limits.pictures(), mostNumbers);
    data.readArrays(json);
    return data;
  }

  private void readArrays(JsonParser json) throws IOException {
    int depth = 0;
    do {
      JsonToken token = json.currentToken();
      if (token == JsonToken.START_ARRAY) {
        depth = begin(depth);
      } else if (token == JsonToken.END_ARRAY) {
        depth = end(depth);
      } else {
        add(json, token, depth);
      }
    } while (depth > 0 && json.nextToken() != null);
  }

  private int begin(int depth) {
    if (depth == TensorShape.MAX_RANK) {
      throw Messages.badRequest(
          Text.of("'data' is nested deeper than %d arrays", TensorShape.MAX_RANK));
    }
    if (depth > 0) {
      requireEven(depthOfValues == 0 || depth < depthOfValues);
      counts[depth - 1]++;
    }
    counts[depth] = 0;
    return depth + 1;
  }

  private int end(int depth) {
    int level = depth - 1;
    if (depth > deepest) {
      Arrays.fill(lengths, deepest, depth, -1);
      deepest = depth;
    }
    if (lengths[level] < 0) {
      lengths[level] = counts[level];
    }
    requireEven(lengths[level] == counts[level]);
    return level;
  }

  private void add(JsonParser json, JsonToken token, int depth) throws IOException {
    requireEven(depthOfValues == 0 || depthOfValues == depth);
    depthOfValues = depth;
    counts[depth - 1]++;
    switch (token) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> addNumber(json.getFloatValue());
      case VALUE_STRING -> addBlob(json);
      default ->
          throw Messages.badRequest(
              Text.of(
                  "'data' holds '%s'; it may hold numbers, or texts in base64",
                  Messages.quoted(json.getText())));
    }
  }

  private void addNumber(float value) {
    requireOneKind(blobs.isEmpty());
    if (count == mostNumbers) {
      throw Messages.badRequest(
          Text.of("'data' holds more than the %,d numbers of its shape", mostNumbers));
    }
    if (count == numbers.length) {
      int more = Math.max(FIRST_VALUES, count + (count >> 1));
      numbers = Arrays.copyOf(numbers, Math.min(mostNumbers, more));
    }
    numbers[count++] = value;
  }

  private void addBlob(JsonParser json) throws IOException {
    requireOneKind(count == 0);
    if (blobs.size() == mostBlobs) {
      throw RequestException.tooManyPictures(mostBlobs);
    }
    try {
      blobs.add(json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS));
    } catch (JsonParseException e) {
      throw new RequestException(
          400,
          Text.of(
              "text %d of 'data' is no base64, which elements of type BYTES are in JSON",
              blobs.size() + 1));
    }
  }

  private static void requireOneKind(boolean holds) {
    if (!holds) {
      throw Messages.badRequest("'data' mixes numbers and texts");
    }
  }

  private static void requireEven(boolean holds) {
    if (!holds) {
      throw Messages.badRequest("'data' has arrays of different lengths at one depth");
    }
  }

  /**
   * As the elements of a tensor.
   *
   * @throws RequestException if they are not of that type or number
   */
  TensorData as(String name, Datatype type, long[] shape) {
    int elements = TensorShape.elements(name, shape);
    TensorShape.requireFit(name, shape, elements, Arrays.copyOf(lengths, deepest));
    if (type == Datatype.FP16) {
      throw Messages.badRequest(
          Text.of("input '%s': FP16 has no form in JSON; send it as binary data", name));
    }
    if ((type == Datatype.BYTES) != (count == 0)) {
      throw Messages.badRequest(
          Text.of(
              "input '%s': data of type %s must be %s",
              name, type, type == Datatype.BYTES ? "texts in base64" : "numbers"));
    }
    if (type == Datatype.BYTES) {
      return new TensorData.Blobs(List.copyOf(blobs));
    }
    return type.isWhole() ? octets(name, type) : floats(name);
  }

  private TensorData floats(String name) {
    float[] values = count == numbers.length ? numbers : Arrays.copyOf(numbers, count);
    Pixels.requireFinite(name, values);
    return new TensorData.Floats(values);
  }

  private TensorData octets(String name, Datatype type) {
    byte[] octets = new byte[count];
    for (int i = 0; i < count; i++) {
      if (numbers[i] != Math.rint(numbers[i])) {
        throw Messages.badRequest(
            Text.of("input '%s': %s is no whole number (%s)", name, numbers[i], type));
      }
      octets[i] = Pixels.octet(name, (long) numbers[i]);
    }
    return new TensorData.Octets(octets);
  }
}
