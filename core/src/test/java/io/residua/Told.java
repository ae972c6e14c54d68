package io.residua;

import java.util.ArrayList;
import java.util.List;

/** Keeps what is told on the way, without the tasks. */
public class Told implements Progress {
  /** Every line in its order, warnings behind {@code warning: }. */
  public final List<String> lines = new ArrayList<>();

  /** The warnings alone. */
  public final List<String> warnings = new ArrayList<>();

  @Override
  public Task start(String label, long total, String unit) {
    return NONE.start(label, total, unit);
  }

  @Override
  public void line(String text) {
    lines.add(text);
  }

  @Override
  public void warn(String text) {
    lines.add("warning: " + text);
    warnings.add(text);
  }
}
