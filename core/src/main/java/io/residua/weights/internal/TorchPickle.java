package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.weights.internal.PythonValues.Inert;
import io.residua.weights.internal.PythonValues.Named;
import io.residua.weights.internal.PythonValues.NumpyType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a pickle, the format of Python's objects, as far as weights need it: numbers, texts, lists,
 * tuples, dictionaries, what {@link TorchGlobals} knows of PyTorch and {@link PythonNames} of what
 * training puts beside weights. A pickle is a program for a small stack machine (Python's <a
 * href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">pickletools</a> describes
 * it); this one computes values only. A name that is not allowed is an error, not a call.
 *
 * <p>Values are {@link Long}, {@link Double}, {@link Boolean}, {@link String}, {@link #NONE},
 * {@code byte[]}, {@link List} (also for sets), {@link Tuple}, {@link Map} and those of {@link
 * TorchGlobals} and {@link PythonValues}.
 */
final class TorchPickle {
  /** Python's None. */
  static final Object NONE = new Object();

  /** A tuple. */
  record Tuple(List<Object> items) {}

  private static final int HIGHEST_PROTOCOL = 5;

  private final ByteBuffer in;
  private final Function<Tuple, Object> storage;
  private final Deque<List<Object>> below = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private List<Object> stack = new ArrayList<>();

  private TorchPickle(ByteBuffer in, Function<Tuple, Object> storage) {
    this.in = in;
    this.storage = storage;
  }

  /** Thrown inside, so that a lambda may; turned into a {@link BadWeights} here. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  /**
   * Reads one pickle.
   *
   * @param in from its position; afterwards behind the pickle
   * @param storage what a persistent id stands for
   */
  static Object read(ByteBuffer in, Function<Tuple, Object> storage) throws BadWeights {
    ByteOrder order = in.order();
    try {
      return new TorchPickle(in.order(ByteOrder.LITTLE_ENDIAN), storage).run();
    } catch (Refused e) {
      throw new BadWeights(String.valueOf(e.getMessage()));
    } catch (java.nio.BufferUnderflowException e) {
      throw new BadWeights("it is cut short");
    } finally {
      in.order(order);
    }
  }

  private Object run() {
    while (true) {
      int opcode = in.get() & 0xff;
      if (opcode == '.') {
        return result(pop());
      }
      step(opcode);
    }
  }

  private static Object result(Object value) {
    if (value instanceof Named named && named.isFunction()) {
      throw new Refused(PythonNames.refusal(named.name()));
    }
    return value;
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(in.get()); // PROTO
      case 0x95 -> in.getLong(); // FRAME
      case '(' -> mark();
      case '0' -> pop();
      case '1' -> toMark();
      case '2' -> push(top());
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.getInt());
      case 'K' -> push((long) (in.get() & 0xff));
      case 'M' -> push((long) (in.getShort() & 0xffff));
      case 0x8a -> push(integer(in.get() & 0xff));
      case 0x8b -> push(integer(in.getInt()));
      case 'I' -> push(decimal(line()));
      case 'L' -> push(decimal(line()));
      case 'F' -> push(real(line()));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'X' -> push(text(in.getInt()));
      case 0x8c -> push(text(in.get() & 0xff));
      case 0x8d -> push(text(in.getLong()));
      case 'U' -> push(text(in.get() & 0xff));
      case 'T' -> push(text(in.getInt()));
      case 'C' -> push(bytes(in.get() & 0xff));
      case 'B' -> push(bytes(in.getInt()));
      case 0x8e, 0x96 -> push(bytes(in.getLong()));
      default -> stepOnContainers(opcode);
    }
  }

  private void stepOnContainers(int opcode) {
    switch (opcode) {
      case ']', 0x8f -> push(new ArrayList<>());
      case 'l', 0x91 -> push(new ArrayList<>(toMark()));
      case 'a' -> {
        Object item = pop();
        add(List.of(item));
      }
      case 'e', 0x90 -> add(toMark());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        List<Object> items = toMark();
        Map<Object, Object> map = new LinkedHashMap<>();
        put(map, items);
        push(map);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        putOnTop(List.of(key, value));
      }
      case 'u' -> putOnTop(toMark());
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(toMark()));
      case 0x85 -> push(new Tuple(popped(1)));
      case 0x86 -> push(new Tuple(popped(2)));
      case 0x87 -> push(new Tuple(popped(3)));
      default -> stepOnObjects(opcode);
    }
  }

  private void stepOnObjects(int opcode) {
    switch (opcode) {
      case 'p' -> memo.put((int) decimal(line()), top());
      case 'q' -> memo.put(in.get() & 0xff, top());
      case 'r' -> memo.put(in.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top());
      case 'g' -> push(remembered((int) decimal(line())));
      case 'h' -> push(remembered(in.get() & 0xff));
      case 'j' -> push(remembered(in.getInt()));
      case 'c' -> {
        String module = line();
        push(TorchGlobals.named(module, line()));
      }
      case 0x93 -> {
        Object name = pop();
        Object module = pop();
        push(TorchGlobals.named(string(module), string(name)));
      }
      case 'R', 0x81 -> {
        Tuple arguments = tuple(pop());
        push(TorchGlobals.call(pop(), arguments));
      }
      case 0x92 -> {
        pop(); // arguments by name
        Tuple arguments = tuple(pop());
        push(TorchGlobals.call(pop(), arguments));
      }
      case 'b' -> {
        Object attributes = pop();
        setAttributes(attributes);
      }
      case 'Q' -> push(storage.apply(tuple(pop())));
      default ->
          throw new Refused(
              Text.of("it is damaged or no weight file (pickle instruction 0x%02x)", opcode));
    }
  }

  private static void protocol(int version) {
    if (version < 0 || version > HIGHEST_PROTOCOL) {
      throw new Refused(Text.of("it uses version %d of the pickle format", version & 0xff));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw damaged();
    }
    return stack.get(stack.size() - 1);
  }

  private List<Object> popped(int count) {
    if (stack.size() < count) {
      throw damaged();
    }
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private void mark() {
    below.push(stack);
    stack = new ArrayList<>();
  }

  private List<Object> toMark() {
    if (below.isEmpty()) {
      throw damaged();
    }
    List<Object> items = stack;
    stack = below.pop();
    return items;
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged();
    }
    return value;
  }

  private void add(List<Object> items) {
    if (!(top() instanceof Inert)) {
      list(top()).addAll(items);
    }
  }

  private void putOnTop(List<Object> items) {
    if (!(top() instanceof Inert)) {
      put(map(top()), items);
    }
  }

  /** An object's attributes, such as PyTorch's _metadata of a dictionary, are not kept. */
  private void setAttributes(Object attributes) {
    Object object = top();
    if (object instanceof NumpyType type) {
      type.setAttributes(attributes);
    } else if (!(object instanceof Inert || object instanceof List<?>)) {
      map(object);
    }
  }

  private static void put(Map<Object, Object> map, List<Object> items) {
    if (items.size() % 2 != 0) {
      throw damaged();
    }
    for (int i = 0; i < items.size(); i += 2) {
      map.put(key(items.get(i)), items.get(i + 1));
    }
  }

  /** What stands for a key; containers are keys that nothing is equal to. */
  static Object key(Object key) {
    boolean container = key instanceof List || key instanceof Map || key instanceof Tuple;
    return container ? new Inert("a key") : key;
  }

  @SuppressWarnings("unchecked") // every list on the stack is made here
  private static List<Object> list(Object value) {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw damaged();
  }

  @SuppressWarnings("unchecked") // every map on the stack is made here or by TorchGlobals
  private static Map<Object, Object> map(Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<Object, Object>) map;
    }
    throw damaged();
  }

  static Tuple tuple(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple;
    }
    throw damaged();
  }

  static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw damaged();
  }

  static long number(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw damaged();
  }

  static Refused damaged() {
    return new Refused("it is damaged (its pickle makes no sense)");
  }

  private byte[] bytes(long count) {
    if (count < 0 || count > in.remaining()) {
      throw new Refused("it is cut short");
    }
    byte[] bytes = new byte[(int) count];
    in.get(bytes);
    return bytes;
  }

  private String text(long bytes) {
    return new String(bytes(bytes), StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (char c = (char) (in.get() & 0xff); c != '\n'; c = (char) (in.get() & 0xff)) {
      line.append(c);
    }
    return line.toString();
  }

  /** A little-endian two's complement number; larger ones than 64 bits are marks, not counts. */
  private Object integer(int bytes) {
    byte[] digits = bytes(bytes);
    if (digits.length > Long.BYTES) {
      return digits;
    }
    long value = digits.length == 0 ? 0 : digits[digits.length - 1] < 0 ? -1 : 0;
    for (int i = digits.length - 1; i >= 0; i--) {
      value = value << 8 | digits[i] & 0xff;
    }
    return value;
  }

  private static long decimal(String text) {
    try {
      return Long.parseLong(text.endsWith("L") ? text.substring(0, text.length() - 1) : text);
    } catch (NumberFormatException e) {
      throw damaged();
    }
  }

  private static double real(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw damaged();
    }
  }
}
