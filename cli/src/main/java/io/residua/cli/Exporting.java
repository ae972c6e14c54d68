package io.residua.cli;

import io.residua.export.OnnxExport;
import io.residua.export.TorchExport;
import io.residua.export.WeightType;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a model for other programs and says what it wrote. */
final class Exporting {
  private final String typed;
  private final WeightSource weights;
  private final Path out;
  private final Console console;

  /**
   * @param typed the model as the user named it
   * @param weights where it comes from
   */
  Exporting(String typed, WeightSource weights, Path out, Console console) {
    this.typed = typed;
    this.weights = weights;
    this.out = out;
    this.console = console;
  }

  void onnx(String precision, boolean withPreprocessing) {
    ModelFile model = open();
    WeightType type = WeightType.of(precision);
    OnnxExport.write(model, out, new OnnxExport.Options(type, withPreprocessing));
    int size = model.spec().preprocessing().sizePx();
    String input =
        withPreprocessing
            ? Text.of("picture: uint8 N×%d×%d×3", size, size)
            : Text.of(
                "input: float N×%d×%d×%d", model.spec().preprocessing().channels(), size, size);
    written(Text.of("ONNX, %s, %s", precision, input));
  }

  void safetensors() {
    ModelFile model = open();
    TorchExport.write(model, out);
    written("safetensors with torchvision's names");
    TorchExport.note(model).ifPresent(console::note);
  }

  private ModelFile open() {
    return ModelFile.open(typed, weights, console.progress());
  }

  private void written(String what) {
    try {
      console.out().print(Text.of("wrote %s: %s, %,d bytes%n", out, what, Files.size(out)));
      console.out().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    console.next("verify", typed, out, "DATA");
  }
}
