package io.residua.engine.onednn;

import io.residua.internal.Folders;
import io.residua.internal.IoReasons;
import io.residua.internal.ResiduaHome;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;

/**
 * Where oneDNN's libraries are unpacked to before the process loads them, which must be a place
 * where no other user can put a library: {@code natives} in Residua's home, or what JavaCPP's
 * property says, or else a fresh folder that is deleted at the end.
 */
final class NativesFolder {
  static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  private static final String JNA_PROPERTY = "jna.tmpdir";

  private NativesFolder() {}

  /**
   * Makes JavaCPP and JNA unpack to a folder that only this user and root can write.
   *
   * @throws IOException whose message says why there is none
   */
  static void use() throws IOException {
    Path folder = choose();
    System.setProperty(PROPERTY, folder.toString());
    if (System.getProperty(JNA_PROPERTY) == null) {
      System.setProperty(JNA_PROPERTY, folder.toString());
    }
    // Where other code of this process has used JavaCPP before, the folder is settled already.
    Path settled = Loader.getCacheDir().toPath().toRealPath();
    if (!settled.equals(folder)) {
      PrivateFolder.require(settled);
    }
  }

  private static Path choose() throws IOException {
    String asked = System.getProperty(PROPERTY);
    Path wanted = asked == null ? ResiduaHome.folder().resolve("natives") : Path.of(asked);
    try {
      return asked == null ? PrivateFolder.writable(wanted) : PrivateFolder.existingOrMade(wanted);
    } catch (IOException e) {
      Path fresh = Files.createTempDirectory("residua-natives-").toRealPath();
      PrivateFolder.require(fresh);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(fresh), "residua-natives"));
      Warnings.log(
          Text.of(
              "oneDNN's libraries are unpacked anew each time, to %s, for %s is not used: %s; a"
                  + " folder of your own in %s helps",
              fresh, wanted, IoReasons.of(e), asked == null ? "RESIDUA_HOME" : PROPERTY));
      return fresh;
    }
  }

  /** What cannot be deleted, such as a library in use on Windows, is left. */
  private static void delete(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      return;
    }
  }
}
