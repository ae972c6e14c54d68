package io.residua.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Stdout, remembering the first failure: a {@code PrintStream} swallows it, and results that went
 * to a full disk must not pass for written.
 */
final class ResultStream extends FilterOutputStream {
  private @Nullable IOException failure;

  ResultStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      keep(e);
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      keep(e);
      throw e;
    }
  }

  private void keep(IOException e) {
    if (failure == null) {
      failure = e;
    }
  }

  /** Why the first write that failed did, or null. */
  @Nullable IOException failure() {
    return failure;
  }
}
