package io.residua.engine.plain;

/** The sizes of a session in plain Java. */
abstract class JavaSession {
  final int batchSize;
  final int inputSize;
  final int outputSize;

  JavaSession(JavaGraph graph, int batchSize) {
    this.batchSize = batchSize;
    inputSize = graph.inputSize();
    outputSize = graph.outputSize();
  }

  public final int batchSize() {
    return batchSize;
  }

  public final int inputSize() {
    return inputSize;
  }

  public final int outputSize() {
    return outputSize;
  }
}
