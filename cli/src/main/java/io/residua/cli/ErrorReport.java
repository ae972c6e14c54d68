package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * What went wrong, as one line for the user and an exit code.
 *
 * @param line what is printed after {@code residua:}
 * @param exitCode 1 for a failure, 2 for wrong usage, 130 for a stop the user asked for
 */
record ErrorReport(String line, int exitCode) {

  static ErrorReport of(Throwable thrown) {
    Throwable error = unwrap(thrown);
    if (error instanceof Cancelled
        || error instanceof CancellationException
        || error instanceof InterruptedException) {
      return new ErrorReport("stopped", Interrupts.EXIT_CODE);
    }
    if (error instanceof ResiduaException) {
      return new ErrorReport(
          message(error) + option(error),
          error instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE);
    }
    if (error instanceof InvalidPathException path) {
      return new ErrorReport(
          Text.of("'%s' is not a path: %s", path.getInput(), path.getReason()), ExitCode.USAGE);
    }
    if (error instanceof IOException io) {
      return failure(reason(io));
    }
    if (error instanceof OutOfMemoryError) {
      return failure(
          Text.of(
                  "out of memory (%s): lower the batch size, or give Java more memory, for"
                      + " instance",
                  message(error))
              + " RESIDUA_JAVA_OPTS=-Xmx8g");
    }
    return failure(
        Text.of(
            "internal error: %s: %s; please report it, with what --verbose shows",
            error.getClass().getSimpleName(), message(error)));
  }

  private static ErrorReport failure(String line) {
    return new ErrorReport(line, ExitCode.SOFTWARE);
  }

  /** The cause that says what happened, without the wrappers of threads and streams. */
  private static Throwable unwrap(Throwable thrown) {
    Throwable error = thrown;
    while ((error instanceof UncheckedIOException
            || error instanceof ExecutionException
            || error instanceof CompletionException)
        && error.getCause() != null) {
      error = error.getCause();
    }
    return error;
  }

  /** How the setting is spelt here that an exception or what caused it is about. */
  private static String option(@Nullable Throwable error) {
    if (error instanceof ResiduaException own && own.setting().isPresent()) {
      return Text.of(" (option: --%s)", own.setting().get().replace('_', '-'));
    }
    return error == null ? "" : option(error.getCause());
  }

  private static String reason(IOException error) {
    String text = message(error);
    if (text.contains("No space left on device") || text.contains("not enough space on the disk")) {
      String file = error instanceof FileSystemException fs ? fs.getFile() : null;
      return (file == null ? "" : file + ": ") + "the disk is full (No space left on device)";
    }
    if (error instanceof FileSystemException file) {
      String reason = reason(file);
      if (reason != null) {
        return file.getFile() + ": " + reason;
      }
    }
    return error.getMessage() == null ? error.getClass().getSimpleName() : text;
  }

  private static @Nullable String reason(FileSystemException error) {
    if (error instanceof NoSuchFileException) {
      return "no such file or folder";
    } else if (error instanceof AccessDeniedException) {
      return "permission denied";
    } else if (error instanceof FileAlreadyExistsException) {
      return "exists already";
    } else if (error instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    } else if (error instanceof NotDirectoryException) {
      return "not a folder";
    }
    return error.getReason();
  }

  private static String message(Throwable error) {
    String message = error.getMessage();
    return message == null ? "no message" : message;
  }
}
