package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.ResiduaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchLoaderTest {
  private static final int COUNT = 103;

  /** Examples whose one value is their number. */
  private static final Examples NUMBERS =
      new Examples() {
        @Override
        public int[] labels() {
          int[] labels = new int[COUNT];
          Arrays.setAll(labels, i -> i % 7 == 0 ? 1 : 0);
          return labels;
        }

        @Override
        public void load(int index, int epoch, float[] target, int offset) {
          if (index == 60 && epoch == 99) {
            throw new ResiduaException("sixty.jpg: it is cut");
          }
          target[offset] = index + 1000 * epoch;
        }
      };

  private static List<Integer> load(EpochOrder order, int epoch, int batch, int threads) {
    List<Integer> seen = new ArrayList<>();
    int steps = (COUNT + batch - 1) / batch;
    EpochPictures of = new EpochPictures(NUMBERS.labels(), 2, order, 5, epoch, COUNT);
    try (BatchLoader loader = new BatchLoader(NUMBERS, of, batch, 0, steps, 1, threads)) {
      for (int s = 0; s < steps; s++) {
        BatchLoader.Batch next = loader.next();
        for (int i = 0; i < next.labels().length; i++) {
          int number = (int) next.input()[i] - 1000 * epoch;
          assertThat(next.labels()[i]).isEqualTo(number % 7 == 0 ? 1 : 0);
          seen.add(number);
        }
      }
    }
    return seen;
  }

  @Test
  void theOrderDependsOnSeedAndEpochAndNotOnThreads() {
    List<Integer> one = load(EpochOrder.SHUFFLE, 3, 8, 1);
    assertThat(one).doesNotHaveDuplicates().hasSize(COUNT);
    for (int threads : new int[] {2, 5, 20}) {
      assertThat(load(EpochOrder.SHUFFLE, 3, 8, threads)).isEqualTo(one);
    }
    assertThat(load(EpochOrder.SHUFFLE, 4, 8, 2)).isNotEqualTo(one);
    assertThat(load(EpochOrder.SHUFFLE, 3, 200, 2)).isEqualTo(one);
  }

  @Test
  void anEpochOfMorePicturesThanThereAreShowsThemPassAfterPass() {
    EpochPictures pictures =
        new EpochPictures(NUMBERS.labels(), 2, EpochOrder.SHUFFLE, 5, 1, 2 * COUNT + 10);
    List<Integer> seen = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(NUMBERS, pictures, 18, 3, 12, 1, 2)) {
      for (int batch = 3; batch < 12; batch++) {
        BatchLoader.Batch next = loader.next();
        for (int i = 0; i < next.labels().length; i++) {
          seen.add((int) next.input()[i]);
        }
      }
    }
    // The second epoch's passes over all are the fourth to the sixth of the run.
    List<Integer> fourth = seen.subList(0, COUNT - 54);
    List<Integer> fifth = seen.subList(COUNT - 54, 2 * COUNT - 54);
    List<Integer> sixth = seen.subList(2 * COUNT - 54, 2 * COUNT - 44);
    assertThat(seen).hasSize(2 * COUNT - 44);
    assertThat(fourth).doesNotHaveDuplicates().allMatch(n -> n / 1000 == 3);
    assertThat(fifth).doesNotHaveDuplicates().allMatch(n -> n / 1000 == 4);
    assertThat(sixth).doesNotHaveDuplicates().allMatch(n -> n / 1000 == 5);
  }

  @Test
  void balancedSamplingShowsEveryClassEquallyOften() {
    int ofClassOne = 0;
    int all = 0;
    for (int epoch = 0; epoch < 40; epoch++) {
      for (int number : load(EpochOrder.BALANCED, epoch, 16, 2)) {
        ofClassOne += number % 7 == 0 ? 1 : 0;
        all++;
      }
    }
    assertThat(all).isEqualTo(40 * COUNT);
    assertThat((double) ofClassOne / all).isBetween(0.47, 0.53);
  }

  @Test
  void aPictureThatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> load(EpochOrder.SHUFFLE, 99, 8, 3))
        .isInstanceOf(ResiduaException.class)
        .hasMessage("sixty.jpg: it is cut");
  }
}
