package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.internal.IoReasons;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A zip, read by the JDK: stored and deflated files, also beyond 4 GB. */
final class ZipArchive implements Archive {
  /** No bytes deflate to less than this share of them. */
  private static final long MOST_TIMES_DEFLATED = 1032;

  private static final int ROUNDING_BYTES = 4096;
  private static final int SHOWN_CHARS = 80;

  private final Path path;
  private final ZipFile zip;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private ZipArchive(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
  }

  static ZipArchive read(Path file) {
    try {
      ZipFile zip = zip(file);
      try {
        ZipArchive archive = new ZipArchive(file, zip);
        archive.index(Files.size(file));
        return archive;
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (DataException e) {
      throw e;
    } catch (ZipException e) {
      String reason = IoReasons.of(e);
      throw new DataException(
          reason.contains("encrypted")
              ? file + ": is encrypted; unpack it with its password and give the folder"
              : reason.contains("compression method")
                  ? Text.of(
                      "%s: is packed by method %s, not stored or deflated; unpack it and give the"
                          + " folder",
                      file, reason.replaceAll("\\D", ""))
                  : Text.of("%s: is damaged or no zip: %s", file, reason),
          e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    } catch (RuntimeException e) {
      throw new DataException(file + ": is damaged", e); // as the JDK tells some damage
    }
  }

  /** Names that do not say that they are UTF-8, and are not, are in the first PC's characters. */
  private static ZipFile zip(Path file) throws IOException {
    try {
      return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException e) {
      if (!String.valueOf(e.getMessage()).contains("bad entry name")
          || !Charset.isSupported("IBM437")) {
        throw e;
      }
      return new ZipFile(file.toFile(), Charset.forName("IBM437"));
    }
  }

  private void index(long fileBytes) {
    if (zip.size() > MOST_ENTRIES) {
      throw new DataException(Text.of("%s: has more than %,d files", path, MOST_ENTRIES));
    }
    long packed = 0;
    Set<String> names = new HashSet<>();
    String repeated = "";
    int repetitions = 0;
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      packed += entry.getCompressedSize();
      if (packed > fileBytes || packed < 0) {
        throw new DataException(
            path
                + ": says that its files take more room than it does: it is one part of several"
                + " (.z01, .z02 ...), which 'zip -s 0' puts together, or made to fill disks");
      }
      if (entry.getSize() > MOST_TIMES_DEFLATED * entry.getCompressedSize() + ROUNDING_BYTES) {
        throw new DataException(
            Text.of(
                "%s: says that '%s' has %,d bytes, which do not fit into its %,d packed ones; it is"
                    + " damaged or made to fill memory",
                path,
                Printable.shortened(entry.getName(), SHOWN_CHARS),
                entry.getSize(),
                entry.getCompressedSize()));
      }
      if (entry.isDirectory()) {
        continue;
      }
      if (names.add(entry.getName())) {
        entries.add(new Entry(entry.getName(), entry.getSize(), 0));
      } else if (repetitions++ == 0) {
        repeated = entry.getName();
      }
    }
    if (repetitions > 0) {
      warnings.add(repeated(path, repetitions, repeated));
    }
  }

  /** What is said of several files with one name. */
  static String repeated(Path archive, int repetitions, String first) {
    return Text.of(
        "%s: %s left out, one of several of its name (first: %s)",
        archive, Text.count(repetitions, "file"), Printable.shortened(first, SHOWN_CHARS));
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<Entry> entries() {
    return entries;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public InputStream open(Entry entry) throws IOException {
    ZipEntry there = zip.getEntry(entry.name());
    InputStream in = there == null ? null : zip.getInputStream(there);
    if (there == null || in == null) {
      throw new IOException("it is not in the archive");
    }
    return new ArchivedBytes(in, entry.sizeBytes(), there.getCrc());
  }
}
