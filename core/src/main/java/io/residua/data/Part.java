package io.residua.data;

import io.residua.internal.ConstantNames;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The part a data set's own layout gives to a picture. */
public enum Part {
  /** No division is given. */
  ALL,
  TRAIN,
  VALIDATION,
  TEST;

  /** As written in manifests and metrics: {@code train}, {@code validation}, {@code test}. */
  public String label() {
    return ConstantNames.of(this);
  }

  /** The part that a folder or a manifest's split column names, or null for none. */
  public static @Nullable Part named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "train", "training" -> TRAIN;
      case "val", "valid", "validation" -> VALIDATION;
      case "test", "testing" -> TEST;
      default -> null;
    };
  }
}
