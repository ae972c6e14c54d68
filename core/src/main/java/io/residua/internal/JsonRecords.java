package io.residua.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON: a key for each component, in its order and called as it is ({@code logLoss}:
 * {@code log_loss}), so that what is written and what is read share one declaration. A component
 * that is null is left out, a number that is none is null. Reading asks nothing of the JSON: what
 * is missing or of another kind is null, NaN where it is a {@code double}, 0 where an {@code int}.
 */
public final class JsonRecords {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addHandler(new OfAnotherKind())
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new FiniteOrNull())
                  .addSerializer(Double.class, new FiniteOrNull())
                  .addDeserializer(double.class, new NumberOrNaN(Double.NaN))
                  .addDeserializer(Double.class, new NumberOrNaN(null)))
          .build();

  private JsonRecords() {}

  /** The record as JSON. */
  public static ObjectNode toJson(Record value) {
    return MAPPER.valueToTree(value);
  }

  /** The record as JSON text, indented, with a new line at its end. */
  public static String toText(Record value) {
    return toText(toJson(value));
  }

  /** JSON as indented text with a new line at its end. */
  public static String toText(JsonNode json) {
    try {
      return MAPPER.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON that can't be written", e);
    }
  }

  /**
   * The record that a JSON object is.
   *
   * @throws IllegalArgumentException with one line, if it can be none
   */
  public static <T extends Record> T read(JsonNode json, Class<T> type) {
    try {
      return MAPPER.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
  }

  /** A list that was read: without what was null in it, empty where there was none. */
  public static <T> List<T> list(@Nullable List<T> read) {
    return read == null ? List.of() : read.stream().filter(Objects::nonNull).toList();
  }

  private static final class FiniteOrNull extends StdSerializer<Double> {
    private static final long serialVersionUID = 1L;

    FiniteOrNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }

  private static final class NumberOrNaN extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1L;
    private final @Nullable Double absent;

    NumberOrNaN(@Nullable Double absent) {
      super(Double.class);
      this.absent = absent;
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (in.currentToken().isNumeric()) {
        return in.getDoubleValue();
      }
      in.skipChildren();
      return Double.NaN;
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return absent;
    }
  }

  private static final class OfAnotherKind extends DeserializationProblemHandler {
    @Override
    public @Nullable Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType type,
        JsonToken token,
        JsonParser in,
        @Nullable String message)
        throws IOException {
      in.skipChildren();
      return type.isPrimitive() ? (Object) 0 : null;
    }

    @Override
    public @Nullable Object handleWeirdStringValue(
        DeserializationContext context, Class<?> type, String value, @Nullable String message) {
      return type.isPrimitive() ? (Object) 0 : null;
    }
  }
}
