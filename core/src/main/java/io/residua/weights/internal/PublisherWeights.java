package io.residua.weights.internal;

import io.residua.Progress;
import io.residua.internal.Download;
import io.residua.internal.FileHash;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import io.residua.weights.internal.CatalogueEntry.PublisherFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Weights as their publisher offers them: a file of PyTorch or Keras at an address. */
final class PublisherWeights {
  private PublisherWeights() {}

  /**
   * The weights in a file, in the network's order.
   *
   * @throws WeightsException naming the file, if it is not exactly the entry's network
   */
  static WeightMap read(Path file, CatalogueEntry entry) {
    WeightMap weights =
        Recognition.weights(WeightFile.open(file), Architecture.named(entry.architecture()));
    Coverage coverage = Coverage.of(entry.network(), weights);
    coverage.requireExact(file.toString());
    return coverage.matching(weights).requireNumbers(file.toString());
  }

  /** Why a file could not be fetched, with its address. */
  static final class DownloadFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DownloadFailure(String reason) {
      super(reason);
    }
  }

  /**
   * Fetches the file, or what is missing of it.
   *
   * @param part where it is kept until it is complete; a later call goes on from there
   */
  static void fetch(PublisherFile source, Path part, Progress progress)
      throws IOException, DownloadFailure {
    URI url = URI.create(source.url());
    try {
      new Download(url, source.fileName(), source.sizeBytes(), false).to(part, progress);
    } catch (IOException e) {
      throw new DownloadFailure(Text.of("%s: %s", url, OneLine.of(IoReasons.of(e))));
    }
    String wrong = wrongHash(source, part, progress);
    if (!wrong.isEmpty()) {
      Files.delete(part);
      throw new DownloadFailure(Text.of("%s %s, which was removed", source.url(), wrong));
    }
  }

  /** What is wrong with a file's hash, or empty; nothing is where none is published. */
  static String wrongHash(PublisherFile source, Path file, Progress progress) throws IOException {
    int colon = source.hash().indexOf(':');
    if (colon < 0) {
      return "";
    }
    String algorithm = source.hash().startsWith("md5:") ? "MD5" : "SHA-256";
    String expected = source.hash().substring(colon + 1).toLowerCase(Locale.ROOT);
    String found = FileHash.of(file, algorithm, progress);
    return found.startsWith(expected)
        ? ""
        : Text.of("has %s %s instead of %s", algorithm, found, expected);
  }
}
