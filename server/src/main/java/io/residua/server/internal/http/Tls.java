package io.residua.server.internal.http;

import io.residua.UsageException;
import io.residua.internal.IoReasons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** By which certificate and key the server proves who it is. */
public final class Tls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448");
  private static final String ENTRY = "server";

  private final KeyStore store;
  private final String password;

  private Tls(KeyStore store, String password) {
    this.store = store;
    this.password = password;
  }

  /**
   * A certificate, followed by those that vouch for it, and its key, as PEM (RFC 7468).
   *
   * @throws UsageException naming the file, if one can't be read or they do not belong together
   */
  public static Tls pem(Path certificates, Path key) {
    Certificate[] chain = chain(certificates);
    PrivateKey privateKey = key(key);
    requirePair(chain[0], privateKey, certificates, key);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ENTRY, privateKey, new char[0], chain);
      return new Tls(store, "");
    } catch (GeneralSecurityException | IOException e) {
      throw new UsageException(certificates + ": cannot be used: " + e.getMessage(), e);
    }
  }

  private static Certificate[] chain(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new UsageException(file + ": there is no certificate in it");
      }
      return chain;
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + IoReasons.of(e), e);
    } catch (CertificateException e) {
      throw new UsageException(file + ": is no certificate in PEM", e);
    }
  }

  private static PrivateKey key(Path file) {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    Matcher found = KEY.matcher(text);
    if (!found.find()) {
      throw new UsageException(
          OTHER_KEY.matcher(text).find()
              ? file
                  + ": is a key in a form that is not read; 'openssl pkcs8 -topk8 -nocrypt -in "
                  + file
                  + " -out key.pem' writes one that is"
              : file + ": there is no private key in PEM in it");
    }
    try {
      PKCS8EncodedKeySpec spec =
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
      for (String algorithm : ALGORITHMS) {
        PrivateKey key = key(algorithm, spec);
        if (key != null) {
          return key;
        }
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new UsageException(file + ": its private key is damaged, or of a kind that is not known");
  }

  private static @Nullable PrivateKey key(String algorithm, PKCS8EncodedKeySpec spec) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  private static void requirePair(
      Certificate certificate, PrivateKey key, Path certificates, Path keyFile) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    boolean pair = false;
    try {
      byte[] anything = {1, 2, 3};
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(anything);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(anything);
      pair = verifying.verify(signature);
    } catch (GeneralSecurityException e) {
      // then they are no pair
    }
    if (!pair) {
      throw new UsageException(
          keyFile + ": is not the key of the first certificate in " + certificates);
    }
  }

  /**
   * A keystore of Java's, PKCS #12 or JKS.
   *
   * @param passwordFile its first line is the password; null for none
   * @throws UsageException naming the file, if one can't be read
   */
  public static Tls keyStore(Path file, @Nullable Path passwordFile) {
    String password = passwordFile == null ? "" : firstLine(passwordFile);
    try {
      KeyStore store = KeyStore.getInstance(file.toFile(), password.toCharArray());
      boolean hasKey = false;
      for (String alias : Collections.list(store.aliases())) {
        hasKey |= store.isKeyEntry(alias);
      }
      if (!hasKey) {
        throw new UsageException(file + ": there is no key in it");
      }
      return new Tls(store, password);
    } catch (IOException e) {
      throw new UsageException(
          file
              + (e.getCause() instanceof GeneralSecurityException
                  ? ": the password is not right"
                  : ": cannot be read: " + IoReasons.of(e)),
          e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UsageException(file + ": is no keystore", e);
    }
  }

  private static String firstLine(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.isEmpty() ? "" : lines.get(0);
    } catch (IOException e) {
      throw new UsageException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }

  /**
   * For others than HTTP.
   *
   * @throws UsageException if the key cannot be used
   */
  public KeyManagerFactory keys() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password.toCharArray());
      return keys;
    } catch (GeneralSecurityException e) {
      throw new UsageException("the key for TLS cannot be used: " + e.getMessage(), e);
    }
  }

  /** For TLS 1.2 and 1.3. */
  SslContextFactory.Server factory() {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setKeyStore(store);
    factory.setKeyStorePassword(password);
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    return factory;
  }
}
