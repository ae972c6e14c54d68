package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BoundedInputTest {
  @Test
  void readerThatTakesTheEndForZerosIsStopped() throws Exception {
    BoundedInput in = new BoundedInput(new byte[] {7, 8});
    assertThat(in.readByte()).isEqualTo((byte) 7);
    assertThat(in.read(new byte[5], 0, 5)).isEqualTo(1);
    assertThatThrownBy(in::readByte).isInstanceOf(EOFException.class);
    assertThatThrownBy(
            () -> {
              while (true) {
                try {
                  in.readByte();
                } catch (EOFException e) {
                  in.seek(2);
                }
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("its pixels end too early");
  }
}
