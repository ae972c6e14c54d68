package io.residua;

import io.residua.internal.Text;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints, when a module's tests have run, why some were skipped: each reason with how many. */
public final class SkipReasons implements TestExecutionListener {
  private final PrintStream out;
  private final Map<String, Long> testsByReason = new TreeMap<>();
  private TestPlan plan;

  /** For JUnit, which finds it by {@code META-INF/services}. */
  public SkipReasons() {
    this(System.out);
  }

  SkipReasons(PrintStream out) {
    this.out = out;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan begun) {
    plan = begun;
    testsByReason.clear();
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier what, String reason) {
    add(what, reason);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier what, TestExecutionResult result) {
    if (result.getStatus() == Status.ABORTED) {
      add(what, result.getThrowable().map(Throwable::getMessage).orElse(""));
    }
  }

  private void add(TestIdentifier what, String reason) {
    String line = reason.replaceFirst("^Assumption failed: ", "").strip().replaceAll("\\s+", " ");
    long tests = plan.getDescendants(what).stream().filter(TestIdentifier::isTest).count();
    testsByReason.merge(line.isEmpty() ? "no reason given" : line, Math.max(tests, 1), Long::sum);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan ended) {
    if (testsByReason.isEmpty()) {
      return;
    }
    out.println("Skipped tests, by reason:");
    testsByReason.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> out.println(Text.of("%6d  %s", entry.getValue(), entry.getKey())));
  }
}
