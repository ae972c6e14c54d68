package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import io.residua.internal.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of a request's JSON, which the parser stands at. */
final class Fields {
  private Fields() {}

  /** Takes the value of a key, or skips it. */
  @FunctionalInterface
  interface Field {
    void read(String key) throws IOException;
  }

  /** Makes something of an object that the parser stands at. */
  @FunctionalInterface
  interface Reader<T> {
    T read(JsonParser json) throws IOException;
  }

  /** Each key of an object, with the parser at its value. */
  static void each(JsonParser json, String what, Field field) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw Messages.badRequest(Text.of("'%s' holds something else than a JSON object", what));
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      field.read(key);
    }
  }

  /** An array of objects. */
  static <T> List<T> objects(JsonParser json, String key, int most, Reader<T> reader)
      throws IOException {
    requireArray(json, key);
    List<T> objects = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (objects.size() == most) {
        throw Messages.badRequest(Text.of("'%s' has more than %d entries", key, most));
      }
      objects.add(reader.read(json));
    }
    return List.copyOf(objects);
  }

  static String text(JsonParser json, String key) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw Messages.badRequest(Text.of("'%s' must be a text", key));
    }
    if (json.getTextLength() > InferLimits.TEXT_CHARS) {
      throw Messages.badRequest(
          Text.of("'%s' is longer than %d characters", key, InferLimits.TEXT_CHARS));
    }
    return json.getText();
  }

  static boolean truth(JsonParser json, String key) throws IOException {
    if (!json.currentToken().isBoolean()) {
      throw Messages.badRequest(Text.of("parameter '%s' must be true or false", key));
    }
    return json.getBooleanValue();
  }

  static long whole(JsonParser json, String key, long least, long most) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != NumberType.BIG_INTEGER) {
      long value = json.getLongValue();
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw Messages.notWhole("'" + key + "'", least, most);
  }

  static long[] wholes(JsonParser json, String key, int most) throws IOException {
    requireArray(json, key);
    long[] values = new long[most];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == most) {
        throw Messages.badRequest(Text.of("'%s' has more than %d lengths", key, most));
      }
      values[count++] = whole(json, key, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    return Arrays.copyOf(values, count);
  }

  private static void requireArray(JsonParser json, String key) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw Messages.badRequest(Text.of("'%s' must be an array", key));
    }
  }

  /** A key may stand once. */
  static void requireFirst(@Nullable Object before, String key) {
    if (before != null) {
      throw Messages.badRequest(Text.of("'%s' is given twice", key));
    }
  }

  static <T> T require(@Nullable T value, String of, String key) {
    if (value == null) {
      throw Messages.badRequest(Text.of("%s has no '%s'", of, key));
    }
    return value;
  }
}
