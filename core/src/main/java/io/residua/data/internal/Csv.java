package io.residua.data.internal;

import io.residua.data.DataException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads separated values as RFC 4180 has them: quoted fields may hold separators, line ends and
 * doubled quotes. Fields are limited in length so that an unclosed quote is an error and not the
 * rest of the file.
 */
public final class Csv {
  private static final int MAX_FIELD_CHARS = 1 << 16;
  private static final int MAX_FIELDS = 1000;

  private final Reader in;
  private final char separator;
  private final boolean spaces;
  private int line = 1;
  private int rowLine = 1;
  private int peeked = -2;

  public Csv(Reader in, char separator) {
    this(in, separator, false);
  }

  private Csv(Reader in, char separator, boolean spaces) {
    this.in = in;
    this.separator = separator;
    this.spaces = spaces;
  }

  /** Spaces around fields, also around their quotes, do not belong to them. */
  static Csv withSpaces(Reader in, char separator) {
    return new Csv(in, separator, true);
  }

  /** The line, from 1, where the last row began. */
  public int rowLine() {
    return rowLine;
  }

  /** The next row that is not empty, or null at the end. */
  @Nullable
  public List<String> next() throws IOException {
    while (true) {
      rowLine = line;
      if (peek() < 0) {
        return null;
      }
      List<String> row = row();
      if (row.size() > 1 || !row.get(0).isEmpty()) {
        return row;
      }
    }
  }

  private List<String> row() throws IOException {
    List<String> fields = new ArrayList<>();
    while (true) {
      skipSpaces();
      fields.add(peek() == '"' ? quoted() : plain());
      if (fields.size() > MAX_FIELDS) {
        throw new DataException("line " + rowLine + ": more than " + MAX_FIELDS + " fields");
      }
      int end = read();
      if (end == '\r' && peek() == '\n') {
        end = read();
      }
      if (end != separator) {
        line += end < 0 ? 0 : 1;
        return fields;
      }
    }
  }

  private String plain() throws IOException {
    StringBuilder field = new StringBuilder();
    while (peek() >= 0 && peek() != separator && peek() != '\n' && peek() != '\r') {
      append(field, read());
    }
    return spaces ? field.toString().strip() : field.toString();
  }

  private void skipSpaces() throws IOException {
    while (spaces && peek() != separator && (peek() == ' ' || peek() == '\t')) {
      read();
    }
  }

  private String quoted() throws IOException {
    StringBuilder field = new StringBuilder();
    read();
    while (true) {
      int c = read();
      if (c < 0) {
        throw new DataException("line " + rowLine + ": a quote is not closed");
      }
      if (c == '"') {
        if (peek() != '"') {
          break;
        }
        read();
      }
      line += c == '\n' ? 1 : 0;
      append(field, c);
    }
    skipSpaces();
    int after = peek();
    if (after >= 0 && after != separator && after != '\n' && after != '\r') {
      throw new DataException("line " + rowLine + ": text after a closing quote");
    }
    return field.toString();
  }

  private void append(StringBuilder field, int c) {
    if (field.length() >= MAX_FIELD_CHARS) {
      throw new DataException("line " + rowLine + ": a field is longer than 65,536 characters");
    }
    field.append((char) c);
  }

  private int peek() throws IOException {
    if (peeked == -2) {
      peeked = in.read();
    }
    return peeked;
  }

  private int read() throws IOException {
    int c = peek();
    peeked = -2;
    return c;
  }
}
