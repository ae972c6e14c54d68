package io.residua.cli;

import io.residua.internal.Build;
import io.residua.internal.Text;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, with the Java and the system it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      Text.of(
          "residua %s (Java %s, %s %s)",
          Build.current().text(),
          System.getProperty("java.version"),
          System.getProperty("os.name"),
          System.getProperty("os.arch"))
    };
  }
}
