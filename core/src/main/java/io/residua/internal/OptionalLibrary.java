package io.residua.internal;

import java.util.Optional;

/**
 * Libraries that only some files need, so that a program may leave them out: a dependency on {@code
 * residua-core} alone does, {@code residua-formats} brings them all. Ask before a class is used
 * that names one.
 */
public enum OptionalLibrary {
  /** Expands what TIFF compresses. */
  TIFF(
      "compressed TIFF",
      "com.twelvemonkeys.imageio:imageio-tiff",
      "com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi"),
  /** Reads Keras' weights. */
  HDF5("HDF5", "io.jhdf:jhdf", "io.jhdf.HdfFile"),
  /** Reads archives. */
  TAR(
      "tar",
      "org.apache.commons:commons-compress",
      "org.apache.commons.compress.archivers.tar.TarArchiveInputStream"),
  /** Reads and writes recipes, and reads the catalogue of published weights. */
  YAML(
      "YAML (recipes, published weights by name)",
      "com.fasterxml.jackson.dataformat:jackson-dataformat-yaml",
      "com.fasterxml.jackson.dataformat.yaml.YAMLFactory");

  private final String reads;
  private final String coordinates;
  private final String type;

  OptionalLibrary(String reads, String coordinates, String type) {
    this.reads = reads;
    this.coordinates = coordinates;
    this.type = type;
  }

  /** Why what it reads cannot be read, where the library is not there. */
  public Optional<String> missing() {
    try {
      Class.forName(type, false, OptionalLibrary.class.getClassLoader());
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of(
          Text.of(
              "%s is read by %s, which this program leaves out; io.residua:residua-formats brings it",
              reads, coordinates));
    }
  }
}
