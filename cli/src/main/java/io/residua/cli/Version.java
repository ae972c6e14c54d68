package io.residua.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, with the Java and the system it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "residua %s (Java %s, %s %s)"
          .formatted(
              version == null ? "development build" : version,
              System.getProperty("java.version"),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }
}
