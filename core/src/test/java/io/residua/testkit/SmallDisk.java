package io.residua.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A real file system of few megabytes, which only the superuser of Linux can have. */
public record SmallDisk(Path folder) implements AutoCloseable {
  /**
   * Makes one; the test is skipped where that is not possible.
   *
   * @param within a folder for it
   */
  public static SmallDisk mount(Path within, int megabytes)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(within.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=%dm".formatted(megabytes), "tmpfs", folder),
        "no file system can be mounted here");
    return new SmallDisk(folder);
  }

  private static boolean run(Object... command) throws InterruptedException {
    String[] words = new String[command.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = command[i].toString();
    }
    try {
      return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  /** Takes all that is left. */
  public void fill() {
    Path file = folder.resolve("others");
    for (int bytes = 1 << 20; bytes > 0; bytes /= 2) {
      while (appended(file, bytes)) {
        // until there is no room for so many
      }
    }
  }

  /** Fills it when a task begins. */
  public Told filledAt(String task) {
    return new Told() {
      @Override
      public Task start(String label, long total, String unit) {
        if (label.equals(task)) {
          fill();
        }
        return super.start(label, total, unit);
      }
    };
  }

  private static boolean appended(Path file, int bytes) {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      return out.write(ByteBuffer.allocate(bytes)) == bytes;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    run("umount", "--lazy", folder); // files may still be mapped into memory
  }
}
