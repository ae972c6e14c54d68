package io.residua.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file that lets one holder through at a time, among processes and among the threads of
 * one. The system releases it if its holder dies. The file itself stays, for deleting it could let
 * two holders through.
 */
public final class StoreLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock, waiting for it as long as it takes.
   *
   * @param onWait called once if somebody else has it
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public static StoreLock acquire(Path file, Runnable onWait)
      throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean acquired = false;
    try {
      boolean waiting = false;
      while (tryLock(channel) == null) {
        if (!waiting) {
          waiting = true;
          onWait.run();
        }
        Thread.sleep(POLL_MILLIS);
      }
      acquired = true;
      return new StoreLock(channel);
    } finally {
      if (!acquired) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by another thread of this process
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
