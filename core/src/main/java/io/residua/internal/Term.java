package io.residua.internal;

import io.residua.Setting;
import io.residua.UsageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value as people write it, its kind and what belongs to it: {@code
 * sgd:momentum=0.9,nesterov=true} or {@code sgd(momentum=0.9, nesterov=true)}. What is left out has
 * its default; what has none may also be written without its key: {@code norm:1}.
 */
public final class Term {
  private static final Pattern FORM = Pattern.compile("([^:()]*)(?::([^()]*)|\\(([^()]*)\\))?");

  private final String name;
  private final Map<String, String> keyed = new LinkedHashMap<>();
  private final Deque<String> bare = new ArrayDeque<>();
  private final TreeSet<String> asked = new TreeSet<>();

  private Term(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new UsageException("it must look like name(key=value, …) or name:key=value,…");
    }
    name = form.group(1).strip();
    String list = form.group(2);
    if (list == null) {
      list = form.group(3);
    }
    if (list == null || (form.group(2) == null && list.isBlank())) {
      return;
    }
    for (String argument : list.split(",", -1)) {
      int equals = argument.indexOf('=');
      String key = argument.substring(0, Math.max(0, equals)).strip();
      String value = argument.substring(equals + 1).strip();
      if (equals < 0) {
        bare.add(value);
      } else if (keyed.put(key, value) != null) {
        throw new UsageException(Text.of("'%s' stands there twice", key));
      }
    }
  }

  /**
   * Reads a value.
   *
   * @param what the kind of value, for messages: "optimizer"
   * @param reader makes the value of its name and its arguments; throws UsageException with the
   *     reason where it can't
   * @throws UsageException with one line that holds the text and the reason
   */
  public static <T> T read(String what, String text, Function<Term, T> reader) {
    String line = text.strip().replaceAll("\\s+", " ");
    try {
      Term term = new Term(line);
      T value = reader.apply(term);
      term.end();
      return value;
    } catch (UsageException e) {
      throw new UsageException(Text.of("%s '%s': %s", what, line, e.getMessage()), e);
    }
  }

  public String name() {
    return name;
  }

  /** Whether there is nothing but the name. */
  public boolean isBare() {
    return keyed.isEmpty() && bare.isEmpty();
  }

  public double number(String key, double usual) {
    String text = text(key, "");
    return text.isEmpty() ? usual : number(key, text, "a number");
  }

  /** A number that has to be there. */
  public double number(String key) {
    return number(key, needed(key), "a number");
  }

  public int whole(String key, int usual) {
    String text = text(key, "");
    return text.isEmpty() ? usual : whole(key, text);
  }

  /** A whole number that has to be there. */
  public int whole(String key) {
    return whole(key, needed(key));
  }

  private static int whole(String key, String text) {
    double value = number(key, text, "a whole number");
    if (value != (int) value) {
      throw bad(key, text, "a whole number");
    }
    return (int) value;
  }

  private static double number(String key, String text, String wanted) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, wanted);
    }
  }

  public boolean flag(String key, boolean usual) {
    String text = text(key, Boolean.toString(usual));
    if (!text.equals("true") && !text.equals("false")) {
      throw bad(key, text, "true or false");
    }
    return text.equals("true");
  }

  public String text(String key, String usual) {
    asked.add(key);
    return keyed.getOrDefault(key, usual);
  }

  private String needed(String key) {
    asked.add(key);
    @Nullable String value = keyed.containsKey(key) ? keyed.get(key) : bare.poll();
    if (value == null || value.isEmpty()) {
      throw new UsageException(key + " is missing");
    }
    return value;
  }

  /** The answer to a name that is none of those allowed. */
  public UsageException unknown(String... allowed) {
    return new UsageException(
        Text.of("unknown; it is one of %s", String.join(", ", allowed))
            + Nearest.meant(name, List.of(allowed)));
  }

  /** Refuses arguments that nobody asked for. */
  private void end() {
    if (!bare.isEmpty()) {
      throw new UsageException(Text.of("'%s' is not KEY=VALUE", bare.element()));
    }
    for (String key : keyed.keySet()) {
      if (!asked.contains(key)) {
        throw new UsageException(
            Text.of(
                "unknown setting '%s'; there is %s%s",
                key,
                asked.isEmpty() ? "none" : String.join(", ", asked),
                Nearest.meant(key, asked)));
      }
    }
  }

  private static UsageException bad(String key, String text, String wanted) {
    return new UsageException(Text.of("%s is '%s', not %s", key, text, wanted));
  }

  /** Begins to write a term. */
  public static Writer of(String name) {
    return new Writer(name);
  }

  /** Writes what {@link Term} reads, every argument with its key. */
  public static final class Writer {
    private final String name;
    private final List<String> arguments = new ArrayList<>();

    private Writer(String name) {
      this.name = name;
    }

    public Writer add(String key, Object value) {
      arguments.add(key + "=" + (value instanceof Double d ? Setting.number(d) : value));
      return this;
    }

    /** {@code name:key=value,key=value}. */
    public String text() {
      return arguments.isEmpty() ? name : name + ":" + String.join(",", arguments);
    }

    /** {@code name(key=value, key=value)}. */
    public String call() {
      return Text.of("%s(%s)", name, String.join(", ", arguments));
    }
  }
}
