package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.TrustManagerFactory;

/** Keys and certificates for this machine, made by the JDK's own tool. */
public final class OwnKeys {
  public static final String PASSWORD = "changeit";

  private OwnKeys() {}

  /** A keystore in a folder, whose entry is called {@code own}. */
  public static Path keyStore(Path folder, String algorithm)
      throws IOException, InterruptedException {
    Path store = folder.resolve(algorithm + ".p12");
    Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(tool.waitFor()).isZero();
    return store;
  }

  /** Trusts that certificate and no other. */
  public static TrustManagerFactory trusting(Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    return managers;
  }
}
