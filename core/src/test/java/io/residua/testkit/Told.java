package io.residua.testkit;

import io.residua.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is told on the way. */
public class Told implements Progress {
  /** Every line in its order, warnings behind {@code warning: }. */
  public final List<String> lines = new ArrayList<>();

  /** The warnings alone. */
  public final List<String> warnings = new ArrayList<>();

  /** The labels of the tasks in their order. */
  public final List<String> begun = new CopyOnWriteArrayList<>();

  @Override
  public Task start(String label, long total, String unit) {
    begun.add(label);
    return new Task() {
      @Override
      public void advance(long by, String note) {
        advanced(label, by);
      }

      @Override
      public void close() {}
    };
  }

  /** Asked whenever a task has come further, by the thread that brought it there. */
  protected void advanced(String label, long by) {}

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
