package io.residua.data.internal;

import io.residua.data.ImageDataset;

/**
 * Pictures a finished model is measured on, once, and that nothing is chosen by.
 *
 * @param data the pictures
 * @param origin where they came from, for instance {@code "the set's own test part"}
 */
public record TestSet(ImageDataset data, String origin) {
  /** The origin of a test part that the set has itself. */
  public static final String OWN = "the set's own test part";
}
