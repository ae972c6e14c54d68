package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** When a picture is computed in larger or smaller shares. */
class CrowdingTest {
  private static final int RUNS = 200;

  private final Crowding crowding = new Crowding();

  /** How many of so many runs had small shares, on a machine where runs take that long. */
  private int small(int runs, ToLongFunction<Boolean> nanos) {
    int count = 0;
    for (int i = 0; i < runs; i++) {
      boolean small = crowding.small();
      count += small ? 1 : 0;
      crowding.took(small, nanos.applyAsLong(small));
    }
    return count;
  }

  private static long quiet(boolean small) {
    return small ? 26 : 22;
  }

  private static long loaded(boolean small) {
    return small ? 31 : 41;
  }

  @Test
  void quietMachinesKeepLargeShares() {
    crowding.took(false, 900); // the first run touches its memory
    assertThat(small(RUNS, CrowdingTest::quiet)).isZero();
  }

  @Test
  void aSlowRunNowAndThenChangesNothing() {
    for (int i = 0; i < RUNS; i++) {
      assertThat(small(2, s -> 60)).isZero();
      assertThat(small(1, CrowdingTest::quiet)).isZero();
    }
  }

  @Test
  void crowdedMachinesGetSmallShares() {
    small(RUNS, CrowdingTest::quiet);
    assertThat(small(RUNS, CrowdingTest::loaded)).isGreaterThan(RUNS * 9 / 10);
  }

  @Test
  void largeSharesComeBackWithTheQuiet() {
    small(RUNS, CrowdingTest::quiet);
    small(RUNS, CrowdingTest::loaded);
    assertThat(small(RUNS, CrowdingTest::quiet)).isLessThan(20);
  }

  @Test
  void smallSharesThatAreNoFasterAreSeldomTried() {
    small(RUNS, CrowdingTest::quiet);
    assertThat(small(RUNS, s -> s ? 90 : 41)).isLessThan(RUNS * 9 / 10);
    assertThat(small(RUNS, CrowdingTest::quiet)).isLessThan(20);
  }
}
