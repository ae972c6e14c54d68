package io.residua.cli;

import io.residua.internal.Printable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 text for people on its way to a terminal or a file: line feeds and tabs pass, whatever else
 * could steer a terminal is shown by its number ({@link Printable}), wherever it came from. Text
 * stands out between {@link #BOLD} and {@link #PLAIN}, two noncharacters of Unicode. A line ends
 * with a line feed, on Windows too, where {@link PrintStream#println()} writes a carriage return
 * before it.
 */
final class PeopleStream extends FilterOutputStream {
  /** Text that follows is bold. */
  static final char BOLD = '\ufdd0';

  /** Text that follows is not. */
  static final char PLAIN = '\ufdd1';

  /** Bytes of a character that is not whole yet. */
  private int pending;

  private int codePoint;

  /** Whether a carriage return waits for what follows it. */
  private boolean returned;

  private final boolean colour;

  private PeopleStream(OutputStream out, boolean colour) {
    super(out);
    this.colour = colour;
  }

  /**
   * @param colour whether escape sequences may be written for what stands out
   */
  static PrintStream of(PrintStream out, boolean colour) {
    return new PrintStream(new PeopleStream(out, colour), false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int plainFrom = offset;
    for (int i = offset; i < offset + length; i++) {
      byte b = bytes[i];
      if (pending == 0 && !returned && (b >= ' ' && b != 0x7f || b == '\n' || b == '\t')) {
        continue;
      }
      out.write(bytes, plainFrom, i - plainFrom);
      plainFrom = i + 1;
      write(b);
    }
    out.write(bytes, plainFrom, offset + length - plainFrom);
  }

  @Override
  public void write(int b) throws IOException {
    int bits = b & 0xff;
    if (pending > 0) {
      codePoint = codePoint << 6 | bits & 0x3f;
      pending--;
    } else {
      pending = bits < 0xc0 ? 0 : bits < 0xe0 ? 1 : bits < 0xf0 ? 2 : 3;
      codePoint = pending == 0 ? bits : bits & 0x3f >> pending;
    }
    if (pending == 0) {
      if (returned && codePoint != '\n') {
        show('\r');
      }
      returned = codePoint == '\r';
      if (!returned) {
        show(codePoint);
      }
    }
  }

  private void show(int c) throws IOException {
    out.write(shown(c).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void flush() throws IOException {
    if (returned) {
      returned = false;
      show('\r');
    }
    super.flush();
  }

  private String shown(int c) {
    return switch (c) {
      case '\n', '\t' -> Character.toString(c);
      case BOLD -> colour ? "\u001b[1m" : Printable.escape(c);
      case PLAIN -> colour ? "\u001b[0m" : Printable.escape(c);
      default -> Printable.isPrintable(c) ? Character.toString(c) : Printable.escape(c);
    };
  }
}
