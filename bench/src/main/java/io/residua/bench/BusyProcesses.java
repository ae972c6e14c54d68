package io.residua.bench;

import io.residua.internal.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that each compute on one processor until they are closed or this process ends. */
final class BusyProcesses implements AutoCloseable {
  private final List<Process> processes = new ArrayList<>();

  BusyProcesses(int count) throws IOException {
    String script =
        Text.of(
            "while kill -0 %d; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done"
                + " 2>/dev/null",
            ProcessHandle.current().pid());
    for (int i = 0; i < count; i++) {
      processes.add(new ProcessBuilder("sh", "-c", script).start());
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }
}
