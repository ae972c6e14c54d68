package io.residua.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.io.Writer;

/** Writes NaN and infinity, which JSON does not have, as null. */
final class FiniteJsonFactory extends JsonFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public JsonGenerator createGenerator(Writer writer) throws IOException {
    return new Finite(super.createGenerator(writer));
  }

  private static final class Finite extends JsonGeneratorDelegate {
    Finite(JsonGenerator target) {
      super(target);
    }

    @Override
    public void writeNumber(double value) throws IOException {
      if (Double.isFinite(value)) {
        super.writeNumber(value);
      } else {
        writeNull();
      }
    }

    @Override
    public void writeNumber(float value) throws IOException {
      if (Float.isFinite(value)) {
        super.writeNumber(value);
      } else {
        writeNull();
      }
    }

    @Override
    public void writeArray(double[] values, int offset, int length) throws IOException {
      writeStartArray(values, length);
      for (int i = offset; i < offset + length; i++) {
        writeNumber(values[i]);
      }
      writeEndArray();
    }
  }
}
