package io.residua.engine.onednn;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.MappedByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The memory that mapped files take. */
final class MappedPages {
  /** {@code MADV_DONTNEED} of Linux: of a mapped file it loses nothing. */
  private static final int NOT_NEEDED = 4;

  /** Where pages are larger, the system refuses what does not begin with one. */
  private static final int PAGE_BYTES = 4096;

  private static final class Madvise {
    static final Optional<Function> FUNCTION = Uninterrupted.call(MappedPages::find);
  }

  private MappedPages() {}

  /** Whether {@link #release} does something here; the first call looks for what it needs. */
  static boolean canRelease() {
    return Madvise.FUNCTION.isPresent();
  }

  /**
   * Says that the bytes are not needed for now: the process lets go of their pages, and has them
   * again from the file, or the system's memory of it, when they are read. Where that can't be said
   * (other systems than Linux), nothing happens.
   *
   * @param mapped part of a file, mapped to be read; null for nothing
   */
  static void release(@Nullable MappedByteBuffer mapped) {
    if (mapped != null && mapped.capacity() > 0) {
      Madvise.FUNCTION.ifPresent(madvise -> release(mapped, madvise));
    }
  }

  /** The whole pages of it. */
  private static void release(MappedByteBuffer mapped, Function madvise) {
    long begin = Pointer.nativeValue(Native.getDirectBufferPointer(mapped));
    long first = (begin + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    long end = (begin + mapped.capacity()) / PAGE_BYTES * PAGE_BYTES;
    if (end > first) {
      madvise.invokeInt(new Object[] {new Pointer(first), new NativeLong(end - first), NOT_NEEDED});
    }
    Reference.reachabilityFence(mapped);
  }

  private static Optional<Function> find() {
    if (!Platform.isLinux()) {
      return Optional.empty();
    }
    try {
      NativesFolder.use(); // where JNA unpacks its own library
      return Optional.of(NativeLibrary.getProcess().getFunction("madvise"));
    } catch (IOException | LinkageError e) {
      return Optional.empty();
    }
  }
}
