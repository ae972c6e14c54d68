package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> NAMES =
      List.of("train", "evaluate", "predict", "--epochs", "--batch-size", "--lr");

  @ParameterizedTest
  @CsvSource({
    "trian,train",
    "tain,train",
    "TRAIN,train",
    "eval,evaluate",
    "evalaute,evaluate",
    "--epoch,--epochs",
    "--batchsize,--batch-size",
    "--batch,--batch-size",
    "--ls,--lr"
  })
  void findsWhatWasMeant(String typed, String meant) {
    assertThat(Nearest.to(typed, NAMES)).contains(meant);
  }

  @Test
  void doesNotGuessWildly() {
    assertThat(Nearest.to("export", NAMES)).isEmpty();
    assertThat(Nearest.to("--weights", NAMES)).isEmpty();
    assertThat(Nearest.to("", NAMES)).isEmpty();
  }

  @Test
  void swappedNeighboursAreOneError() {
    assertThat(Nearest.distance("trian", "train")).isEqualTo(1);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }
}
