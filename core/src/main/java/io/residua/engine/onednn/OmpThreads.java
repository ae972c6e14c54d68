package io.residua.engine.onednn;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * How many threads oneDNN uses. The count is OpenMP's and belongs to the calling thread; a
 * primitive keeps the count that was set when it was made, so it is set both where a session is
 * made and where it runs.
 */
final class OmpThreads {
  private OmpThreads() {}

  /** Sets the count for the calling thread. */
  static void use(int threads) {
    Setter.FUNCTION.ifPresent(f -> f.invokeVoid(new Object[] {threads}));
  }

  private static final class Setter {
    static final Optional<Function> FUNCTION = Uninterrupted.call(OmpThreads::find);
  }

  private static Optional<Function> find() {
    if (!Natives.available()) { // which loads the library that is looked for
      return Optional.empty();
    }
    try {
      Optional<Path> library = library();
      return library.map(
          path -> NativeLibrary.getInstance(path.toString()).getFunction("omp_set_num_threads"));
    } catch (IOException | LinkageError e) {
      return Optional.empty(); // oneDNN then uses OMP_NUM_THREADS or every processor
    }
  }

  /** The OpenMP library that this process has loaded with oneDNN. */
  private static Optional<Path> library() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (Files.exists(maps)) {
      try (Stream<String> lines = Files.lines(maps)) {
        return lines
            .filter(l -> l.contains("/libgomp") || l.contains("/libomp") || l.contains("/libiomp"))
            .map(l -> Path.of(l.substring(l.indexOf('/'))))
            .findFirst();
      }
    }
    try (Stream<Path> files = Files.walk(Loader.getCacheDir().toPath())) {
      return files
          .filter(
              f -> {
                String name = String.valueOf(f.getFileName()).toLowerCase(Locale.ROOT);
                return name.matches("(libi?omp5?(md)?|vcomp\\d*)\\.(dylib|dll)");
              })
          .findFirst();
    }
  }
}
