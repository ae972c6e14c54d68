package io.residua.server.internal.http;

import io.residua.UsageException;
import io.residua.internal.IoReasons;
import io.residua.internal.Sha256;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** The keys by which requests are let in; of each only a hash is kept. */
public final class ApiKeys {
  /** Lets everybody in. */
  public static final ApiKeys NONE = new ApiKeys(List.of());

  public static final String OWN_HEADER = "X-API-Key";

  private static final int SHORTEST = 16;

  private final List<byte[]> hashes;

  private ApiKeys(List<byte[]> hashes) {
    this.hashes = hashes;
  }

  /**
   * The keys in a file, one a line; empty lines and those that begin with # are left out.
   *
   * @throws UsageException naming the file, if it can't be read, has no key or one that is too
   *     short
   */
  public static ApiKeys read(Path file) {
    List<byte[]> hashes = new ArrayList<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        String key = line.strip();
        if (key.isEmpty() || key.startsWith("#")) {
          continue;
        } else if (key.length() < SHORTEST) {
          throw new UsageException(
              Text.of(
                  "%s: the key in line %d has less than %d characters", file, number, SHORTEST));
        }
        hashes.add(hash(key));
      }
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    if (hashes.isEmpty()) {
      throw new UsageException(file + ": there is no key in it");
    }
    return new ApiKeys(hashes);
  }

  /** Whether a key is asked for. */
  public boolean areSet() {
    return !hashes.isEmpty();
  }

  /**
   * Takes the key in {@code X-API-Key} or {@code Authorization: Bearer}.
   *
   * @throws RequestException if there is none, or another
   */
  void require(HttpFields headers) {
    require(headers.get(OWN_HEADER), headers.get(HttpHeader.AUTHORIZATION));
  }

  /**
   * Takes the key in the values of {@code X-API-Key} and {@code Authorization}, null where a
   * request has none.
   *
   * @throws RequestException if there is none, or another
   */
  public void require(@Nullable String own, @Nullable String authorization) {
    if (areSet()) {
      String key = key(own, authorization);
      if (key == null) {
        throw new RequestException(
            401, "a key is needed, in X-API-Key or as Authorization: Bearer");
      } else if (!isKnown(key)) {
        throw new RequestException(401, "the key is not one of this server's");
      }
    }
  }

  private static @Nullable String key(@Nullable String own, @Nullable String bearer) {
    if (own != null || bearer == null) {
      return own;
    }
    return bearer.regionMatches(true, 0, "Bearer ", 0, 7) ? bearer.substring(7).strip() : null;
  }

  /** Takes as long whatever the key is. */
  private boolean isKnown(String key) {
    byte[] hash = hash(key);
    boolean known = false;
    for (byte[] one : hashes) {
      known |= MessageDigest.isEqual(one, hash);
    }
    return known;
  }

  private static byte[] hash(String key) {
    return Sha256.of(key.getBytes(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }
}
