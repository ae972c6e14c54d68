package io.residua.eval;

/**
 * One line of a classification report: a class, or an average over classes.
 *
 * @param precision the share of those taken for the class that are of it, 0 to 1
 * @param recall the share of the class that was taken for it, 0 to 1
 * @param f1 the harmonic mean of precision and recall, 0 to 1
 * @param support how many samples there are
 */
public record ClassScores(String name, double precision, double recall, double f1, int support) {}
