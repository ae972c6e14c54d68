package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a crew takes its spare thread. */
class ProcessorShareTest {
  private final ProcessorShare share = new ProcessorShare();

  @BeforeEach
  void needsProcessorTimes() {
    assumeTrue(ManagementFactory.getThreadMXBean().isCurrentThreadCpuTimeSupported());
  }

  /** Some windows of work, of which a thread gets that part of a processor. */
  private void work(int windows, double part) {
    for (int i = 0; i < windows * 10; i++) {
      long nanos = ProcessorShare.WINDOW_NANOS / 10;
      share.add(nanos, (long) (nanos * part));
    }
  }

  @Test
  void aQuietMachineIsNotCrowded() {
    assertThat(share.crowded()).isFalse();
    work(20, 0.97);
    assertThat(share.crowded()).isFalse();
  }

  @Test
  void aThreadThatGetsLessThanItsProcessorIsCrowded() {
    work(3, 0.97);
    work(1, 0.7);
    assertThat(share.crowded()).isTrue();
  }

  @Test
  void itIsLookedAgainWithoutTheSpareThreadWhichItselfTakesProcessors() {
    work(1, 0.7);
    work(8, 0.6);
    assertThat(share.crowded()).as("the time to look again").isFalse();
    work(1, 0.7);
    assertThat(share.crowded()).as("other work is still there").isTrue();
    work(8, 0.6);
    work(5, 0.98);
    assertThat(share.crowded()).as("it has gone").isFalse();
  }
}
