package io.residua.server.internal.serving;

/**
 * What is asked of each picture beside its answer.
 *
 * @param features what the network makes of it before it answers
 * @param explanation where in it the network saw its answer
 */
public record Wanted(boolean features, boolean explanation) {
  public static final Wanted ANSWER = new Wanted(false, false);
}
