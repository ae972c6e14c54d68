/**
 * The libraries by which {@code io.residua.core} reads what only some programs need: YAML, tar,
 * HDF5, compressed TIFF.
 */
@SuppressWarnings("requires-automatic")
module io.residua.formats {
  requires com.fasterxml.jackson.dataformat.yaml;
  requires com.twelvemonkeys.imageio.core;
  requires com.twelvemonkeys.imageio.tiff;
  requires io.jhdf;
  requires org.apache.commons.compress;
}
