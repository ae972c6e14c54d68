/**
 * Image classification with residual networks. What is exported is the library's API; the package
 * {@link io.residua} says where to start, and {@code docs/java.md} is its guide. Packages named
 * {@code internal} and those not exported may change with any release.
 */
@SuppressWarnings("module") // the server is built later
module io.residua.core {
  requires transitive com.fasterxml.jackson.databind;
  requires static com.fasterxml.jackson.dataformat.yaml;
  requires com.sun.jna;
  requires static com.twelvemonkeys.imageio.core;
  requires static com.twelvemonkeys.imageio.tiff;
  requires static io.jhdf;
  requires java.management;
  requires transitive java.desktop;
  requires static org.apache.commons.compress;
  requires org.bytedeco.dnnl;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.opencl;
  requires static com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires static org.yaml.snakeyaml;

  exports io.residua;
  exports io.residua.classic;
  exports io.residua.data;
  exports io.residua.data.inspect;
  exports io.residua.engine;
  exports io.residua.eval;
  exports io.residua.explain;
  exports io.residua.export;
  exports io.residua.features;
  exports io.residua.image;
  exports io.residua.model;
  exports io.residua.nn;
  exports io.residua.report;
  exports io.residua.run;
  exports io.residua.train;
  exports io.residua.weights;

  // What the server shares with the command line, beside the API.
  exports io.residua.internal to
      io.residua.server,
      io.residua.server.grpc;
  exports io.residua.model.internal to
      io.residua.server;

  // Records are written as JSON by their components' names.
  opens io.residua.eval.internal to
      com.fasterxml.jackson.databind;
  opens io.residua.experiment to
      com.fasterxml.jackson.databind;
  opens io.residua.export.internal to
      com.fasterxml.jackson.databind;
  opens io.residua.nn.internal to
      com.fasterxml.jackson.databind;
  opens io.residua.run.internal to
      com.fasterxml.jackson.databind;
  opens io.residua.train.internal to
      com.fasterxml.jackson.databind;
  opens io.residua.weights.internal to
      com.fasterxml.jackson.databind;
}
