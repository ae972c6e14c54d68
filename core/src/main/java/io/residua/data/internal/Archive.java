package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.internal.IoReasons;
import io.residua.internal.OptionalLibrary;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file of many files, of which each can be read by itself. Nothing of it is ever written to disk.
 */
sealed interface Archive permits ZipArchive, TarArchive {
  /** More files than this are refused before their names are kept. */
  int MOST_ENTRIES = 4_000_000;

  /**
   * One of its files.
   *
   * @param name as it stands in the archive, whatever that is
   * @param sizeBytes as the archive says
   * @param offsetBytes where it begins, in archives that do not pack it
   */
  record Entry(String name, long sizeBytes, long offsetBytes) {}

  /** The archive's own file. */
  Path path();

  /** All files, without folders and links, in the order of the archive. */
  List<Entry> entries();

  /** What was left out and why, a line each. */
  List<String> warnings();

  /**
   * Opens a file of it; any number may be open at once, in several threads.
   *
   * @throws IOException there or while it is read, if the archive is damaged, is not what it was
   *     when it was opened, or the file is longer than it says
   */
  InputStream open(Entry entry) throws IOException;

  /**
   * Opens an archive, told by its content or, where that is none of tar, by its name.
   *
   * @return null if the file is none
   * @throws DataException with one line, if it is of a kind that can't be read in place, damaged,
   *     encrypted or made to fill memory
   */
  static @Nullable Archive open(Path file) {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(TarArchive.MAGIC_END_BYTES);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    String name = PictureFiles.fileName(file);
    String small = name.toLowerCase(Locale.ROOT);
    for (Packed packed : Packed.values()) {
      if (startsWith(start, packed.magic)) {
        throw new DataException(
            Text.of(
                "%s: is packed by %s as a whole, so its pictures cannot be read in place; %s",
                file, packed.by, packed.help(name)));
      }
    }
    if (startsWith(start, "PK\3\4") || startsWith(start, "PK\5\6") || small.endsWith(".zip")) {
      return ZipArchive.read(file);
    }
    if (!TarArchive.isTar(start) && !small.endsWith(".tar")) {
      return null;
    }
    OptionalLibrary.TAR
        .missing()
        .ifPresent(
            why -> {
              throw new DataException(file + ": " + why);
            });
    return TarArchive.read(file);
  }

  private static boolean startsWith(byte[] start, String magic) {
    return new String(start, StandardCharsets.ISO_8859_1).startsWith(magic);
  }

  /** Archives that can only be read from their beginning. */
  enum Packed {
    GZIP("\u001f\u008b", "gzip", "gunzip -k"),
    BZIP2("BZh", "bzip2", "bunzip2 -k"),
    XZ("\u00fd7zXZ\0", "xz", "unxz -k"),
    ZSTD("(\u00b5/\u00fd", "Zstandard", "unzstd -k"),
    SEVEN_ZIP("7z\u00bc\u00af\u0027\u001c", "7-Zip", ""),
    RAR("Rar!\u001a\u0007", "RAR", "");

    private final String magic;
    private final String by;
    private final String command;

    Packed(String magic, String by, String command) {
      this.magic = magic;
      this.by = by;
      this.command = command;
    }

    private String help(String name) {
      return command.isEmpty()
          ? "unpack it and give the folder"
          : Text.of("'%s %s' makes a file of it that can, if it is a tar", command, name);
    }
  }
}
