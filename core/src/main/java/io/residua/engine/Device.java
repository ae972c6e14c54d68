package io.residua.engine;

import java.util.Locale;

/** What computes. Every device runs the same graphs and they are tested to agree. */
public enum Device {
  /** oneDNN on this machine's processor. */
  CPU,
  /** Plain Java loops: slow, needs no natives, obviously right. */
  JAVA;

  /** The name on the command line and in files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
