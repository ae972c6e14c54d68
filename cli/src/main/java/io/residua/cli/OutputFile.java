package io.residua.cli;

import io.residua.UsageException;
import io.residua.data.internal.PictureList;
import io.residua.internal.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A file that results are written to, whole or not at all, or stdout.
 *
 * @param path null for stdout
 */
record OutputFile(@Nullable Path path) {
  private static final int TEXT_BYTES = 1 << 12;

  /**
   * What an option's value names. A file that could not be written in the end is refused here,
   * before the work.
   *
   * @throws UsageException naming the file and the reason
   */
  static OutputFile of(String value) {
    if (value.equals("-")) {
      return new OutputFile(null);
    }
    if (value.isBlank()) {
      throw new UsageException("the name of the output file is empty");
    }
    Path path = path(value);
    Path folder = path.toAbsolutePath().getParent();
    if (Files.isDirectory(path)) {
      throw new UsageException(path + ": is a folder, not a file to write to");
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException(path + ": the folder " + folder + " does not exist");
    }
    if (!Files.isWritable(Files.exists(path) ? path : folder)) {
      throw new UsageException(path + ": permission denied");
    }
    return new OutputFile(path);
  }

  private static Path path(String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * What an option's value names, for text. A file that holds no text, such as a picture or a model
   * named by mistake, is not replaced.
   *
   * @throws UsageException naming the file and the reason
   */
  static OutputFile ofText(String value) {
    OutputFile file = of(value);
    if (file.path != null && Files.isRegularFile(file.path) && !beginsAsText(file.path)) {
      throw new UsageException(
          file.path
              + ": holds a picture, a model or the like, which results don't take the place of");
    }
    return file;
  }

  private static boolean beginsAsText(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(TEXT_BYTES)) {
        if (b == 0) {
          return false;
        }
      }
      return !PictureList.isPicture(file);
    } catch (IOException e) {
      return true; // whoever writes it says what is wrong with it
    }
  }

  /** Whether it is the same file as another; stdout is none. */
  boolean isSame(Path other) {
    return path != null
        && path.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }

  /**
   * The file that an option names where only a file will do.
   *
   * @throws ParameterException naming the option and the reason
   */
  static Path named(CommandSpec command, String option, String value) {
    Path path;
    try {
      path = of(value).path();
    } catch (UsageException e) {
      throw new ParameterException(command.commandLine(), option + " " + e.getMessage(), e);
    }
    if (path == null) {
      throw new ParameterException(command.commandLine(), option + " -: it needs a file");
    }
    return path;
  }

  void write(Console console, String text) {
    if (path == null) {
      PrintStream out = console.machineOut();
      out.print(text);
      out.flush();
    } else {
      AtomicFiles.write(path, text);
      console.note("wrote " + path);
    }
  }
}
