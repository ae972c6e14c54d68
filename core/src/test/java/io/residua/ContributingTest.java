package io.residua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING says where things live; they do. */
class ContributingTest {
  private static final Pattern CLASS = Pattern.compile("`((?:[a-z]+\\.)+[A-Z]\\w+)`");

  @Test
  void whatItNamesIsThere() throws IOException {
    String text = Files.readString(Path.of("..", "CONTRIBUTING.md"));
    String page = text.substring(text.indexOf("### Where does it live?"));
    List<String> named =
        CLASS
            .matcher(page.substring(0, page.indexOf("### A new command")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(named)
        .hasSizeGreaterThan(25)
        .allSatisfy(
            name ->
                assertThat(Path.of("src/main/java/io/residua", name.replace('.', '/') + ".java"))
                    .exists());
  }
}
