package io.residua.weights.internal;

import io.residua.weights.internal.TorchPickle.Refused;
import io.residua.weights.internal.TorchPickle.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands here for the Python values that training puts beside weights. Dictionaries, lists,
 * bytes and numpy's numbers are read; anything else becomes an {@link Inert}, of which only the
 * type is known. Which names these are, {@link PythonNames} says.
 */
final class PythonValues {
  /** A value that is not looked into; each is equal to itself only. */
  static final class Inert {
    private final String type;

    Inert(String type) {
      this.type = type;
    }

    @Override
    public String toString() {
      return type;
    }
  }

  /** What a name makes when it is called. */
  enum Kind {
    /** A class whose objects are inert. */
    CLASS,
    /** A dictionary's class. */
    DICTIONARY,
    /** A list's or a set's class. */
    LIST,
    /**
     * {@code bytes}, {@code bytearray}, and {@code _codecs.encode}, by which pickles write them.
     */
    BYTES,
    /** A text's class. */
    TEXT,
    /** {@code numpy.dtype}. */
    NUMPY_TYPE,
    /** What makes a number of numpy's of its type and bytes. */
    NUMPY_NUMBER,
    /** A function that makes an inert value; it is a value itself nowhere. */
    FUNCTION,
    /** {@code getattr}, for methods of the few classes whose pickles name them by it. */
    ATTRIBUTE
  }

  /** A name and what it makes. */
  record Named(String name, Kind kind) {
    boolean isFunction() {
      return kind == Kind.FUNCTION || kind == Kind.NUMPY_NUMBER || kind == Kind.ATTRIBUTE;
    }
  }

  /** A type of numpy's, such as {@code f8}. */
  static final class NumpyType {
    private final String code;
    private boolean big;

    NumpyType(String code) {
      this.code = code;
    }

    /** Its attributes are {@code (version, byte order, …)}. */
    void setAttributes(Object state) {
      big = state instanceof Tuple t && t.items().size() > 1 && ">".equals(t.items().get(1));
    }
  }

  private PythonValues() {}

  /** What a call of the name gives; nothing is called. */
  static Object made(Named named, List<Object> arguments) {
    @Nullable Object first = arguments.isEmpty() ? null : arguments.get(0);
    return switch (named.kind) {
      case CLASS, FUNCTION -> new Inert(named.name);
      case DICTIONARY -> dictionary(arguments);
      case LIST -> first instanceof List<?> ? first : new ArrayList<>();
      case BYTES -> bytes(first);
      case TEXT -> first instanceof String ? first : new Inert(named.name);
      case NUMPY_TYPE -> first instanceof String code ? new NumpyType(code) : new Inert(named.name);
      case NUMPY_NUMBER -> number(named.name, arguments);
      case ATTRIBUTE -> {
        if (!(first instanceof Named owner && PythonNames.hasNamedMethods(owner.name))) {
          throw new Refused(PythonNames.refusal(named.name));
        }
        yield new Inert(owner.name);
      }
    };
  }

  /** The dictionary among the arguments, which is not shared with anything, or an empty one. */
  private static Object dictionary(List<Object> arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Map<?, ?>) {
        return argument;
      }
    }
    return new LinkedHashMap<>();
  }

  private static Object bytes(@Nullable Object argument) {
    if (argument instanceof String text) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    return argument instanceof byte[] ? argument : new byte[0];
  }

  private static Object number(String name, List<Object> arguments) {
    boolean readable =
        arguments.size() == 2
            && arguments.get(0) instanceof NumpyType
            && arguments.get(1) instanceof byte[];
    if (!readable) {
      return new Inert(name);
    }
    NumpyType type = (NumpyType) arguments.get(0);
    byte[] bytes = (byte[]) arguments.get(1);
    ByteBuffer in =
        ByteBuffer.wrap(bytes).order(type.big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    return switch (type.code + ":" + bytes.length) {
      case "f8:8" -> in.getDouble();
      case "f4:4" -> (double) in.getFloat();
      case "i8:8" -> in.getLong();
      case "i4:4" -> (long) in.getInt();
      case "b1:1" -> in.get() != 0;
      default -> new Inert(name);
    };
  }
}
