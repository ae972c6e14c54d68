package io.residua.engine.onednn;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;

/**
 * Environment variables of the running process, as its native libraries see them ({@code
 * getenv(3)}). {@link System#getenv()} has a copy made when the process began, and does not change.
 */
public final class ProcessEnvironment {
  private ProcessEnvironment() {}

  /**
   * Sets a variable for libraries that are loaded from now on; it is not passed on to processes
   * that Java starts. On Windows, where libraries keep copies of their own, nothing is set.
   *
   * @return whether it is set
   */
  public static boolean set(String name, String value) {
    return !Platform.isWindows() && Uninterrupted.call(() -> setHere(name, value));
  }

  private static boolean setHere(String name, String value) {
    try {
      NativesFolder.use(); // where JNA unpacks its own library
      Object[] arguments = {name, value, 1};
      return NativeLibrary.getProcess().getFunction("setenv").invokeInt(arguments) == 0;
    } catch (IOException | LinkageError e) {
      return false;
    }
  }
}
