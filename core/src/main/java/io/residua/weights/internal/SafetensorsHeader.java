package io.residua.weights.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON header of a safetensors file, checked: known types, sizes that fit their shapes, and
 * tensors that lie one after the other from the first byte of the data to the last.
 *
 * @param tensors in the order of their data
 */
record SafetensorsHeader(List<Entry> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /** The format's own limit; it also bounds the memory that a hostile file can claim. */
  static final int MOST_BYTES = 100_000_000;

  private static final int MOST_TENSORS = 100_000;
  private static final int MOST_DIMENSIONS = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNameLength(10_000)
                  .maxStringLength(MOST_BYTES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /**
   * A tensor.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last
   */
  record Entry(String name, DType dtype, List<Integer> shape, long begin, long end) {}

  /** Why a header can't be used, without the file's name. */
  static final class BadHeader extends Exception {
    private static final long serialVersionUID = 1L;

    BadHeader(String reason) {
      super(reason);
    }
  }

  /**
   * Reads and checks a header.
   *
   * @param utf8 the header alone
   * @param dataBytes how many bytes follow it in the file
   */
  static SafetensorsHeader parse(ByteBuffer utf8, long dataBytes) throws BadHeader {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new BadHeader("its header is damaged (it is not UTF-8)");
    }
    if (!text.startsWith("{")) {
      throw new BadHeader("it is not a safetensors file");
    }
    List<Entry> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(METADATA)) {
          readMetadata(json, metadata);
        } else if (tensors.size() == MOST_TENSORS) {
          throw new BadHeader(Text.of("it has more than %,d tensors", MOST_TENSORS));
        } else {
          tensors.add(readEntry(json, name));
        }
      }
      if (json.nextToken() != null) {
        throw new BadHeader("its header is damaged (more text after its end)");
      }
    } catch (JsonProcessingException e) {
      throw new BadHeader(Text.of("its header is damaged (%s)", firstLine(e)));
    } catch (IOException e) {
      throw new BadHeader("its header is damaged");
    }
    checkNames(tensors);
    tensors.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkLayout(tensors, dataBytes);
    return new SafetensorsHeader(List.copyOf(tensors), metadata);
  }

  private static String firstLine(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : OneLine.of(message.lines().findFirst().orElse("not JSON"));
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata)
      throws IOException, BadHeader {
    expect(json, JsonToken.START_OBJECT, METADATA);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      expect(json, JsonToken.VALUE_STRING, METADATA);
      metadata.put(key, json.getText());
    }
  }

  private static Entry readEntry(JsonParser json, String name) throws IOException, BadHeader {
    expect(json, JsonToken.START_OBJECT, name);
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(json, JsonToken.VALUE_STRING, name);
          dtype = json.getText();
        }
        case "shape" -> shape = readSizes(json, name);
        case "data_offsets" -> offsets = readSizes(json, name);
        default -> throw damaged(name, "has the unknown field " + OneLine.quoted(field));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw damaged(name, "lacks its dtype, shape or data_offsets");
    }
    return entry(name, dtype, shape, offsets);
  }

  private static long[] readSizes(JsonParser json, String name) throws IOException, BadHeader {
    expect(json, JsonToken.START_ARRAY, name);
    long[] sizes = new long[MOST_DIMENSIONS];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json, JsonToken.VALUE_NUMBER_INT, name);
      if (count == MOST_DIMENSIONS) {
        throw damaged(name, Text.of("has more than %d dimensions", MOST_DIMENSIONS));
      }
      sizes[count] = json.getLongValue();
      if (sizes[count++] < 0) {
        throw damaged(name, "has a negative size");
      }
    }
    return Arrays.copyOf(sizes, count);
  }

  private static Entry entry(String name, String dtypeName, long[] sizes, long[] offsets)
      throws BadHeader {
    DType dtype;
    try {
      dtype = DType.valueOf(dtypeName);
    } catch (IllegalArgumentException e) {
      throw damaged(name, "has the unknown type " + OneLine.quoted(dtypeName));
    }
    long bits = dtype.bits();
    List<Integer> shape = new ArrayList<>(sizes.length);
    try {
      for (long size : sizes) {
        shape.add(Math.toIntExact(size));
        bits = Math.multiplyExact(bits, size);
      }
    } catch (ArithmeticException e) {
      throw damaged(name, "has an impossible shape");
    }
    if (bits % Byte.SIZE != 0) {
      throw damaged(name, Text.of("%s %s does not fill its last byte", dtype, shape));
    }
    long bytes = bits / Byte.SIZE;
    if (offsets[1] - offsets[0] != bytes) {
      throw damaged(
          name,
          Text.of("%s %s needs %,d bytes, not %,d", dtype, shape, bytes, offsets[1] - offsets[0]));
    }
    return new Entry(name, dtype, List.copyOf(shape), offsets[0], offsets[1]);
  }

  private static void checkNames(List<Entry> tensors) throws BadHeader {
    CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    Set<String> seen = new HashSet<>();
    for (Entry tensor : tensors) {
      if (!utf8.canEncode(tensor.name())) {
        throw damaged(tensor.name(), "has a name that is not Unicode");
      } else if (!seen.add(tensor.name())) {
        throw damaged(tensor.name(), "is there twice");
      }
    }
  }

  private static void checkLayout(List<Entry> tensors, long dataBytes) throws BadHeader {
    long at = 0;
    for (Entry tensor : tensors) {
      if (tensor.begin() != at) {
        throw damaged(
            tensor.name(),
            tensor.begin() < at ? "overlaps the one before it" : "has a gap before it");
      }
      at = tensor.end();
    }
    if (at > dataBytes) {
      throw new BadHeader(
          Text.of("it is cut short (its tensors need %,d bytes, %,d are there)", at, dataBytes));
    } else if (at < dataBytes) {
      throw new BadHeader(
          Text.of("it is damaged (%,d bytes follow its last tensor)", dataBytes - at));
    }
  }

  private static void expect(JsonParser json, JsonToken token, String name) throws BadHeader {
    if (json.currentToken() != token) {
      throw damaged(name, "is not described as the format asks");
    }
  }

  private static BadHeader damaged(String tensor, String problem) {
    return new BadHeader(Text.of("its header is damaged (%s %s)", OneLine.quoted(tensor), problem));
  }
}
