package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.train.Recipe;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The site's pages of commands and settings leave nothing out. */
class ReferencePagesTest {
  private final Map<String, String> pages = ReferencePages.pages();

  @Test
  void aCommandsPageHasItsArgumentsOptionsAndExamples() {
    assertThat(pages.get("commands/predict.md"))
        .startsWith("# residua predict\n")
        .contains("| `MODEL` |", "| `--top K` |", "(default: 3)", "| `-q, --quiet` |")
        .contains("residua predict imagenet cat.jpg --top 5");
    assertThat(pages.get("commands/train.md"))
        .contains("| `--resume` |", "`--batch-size`")
        .doesNotContain("| `--batch-size");
    assertThat(pages).containsKeys("commands/data-split.md", "commands/weights-fetch.md");
  }

  @Test
  void theIndexLeadsToEachCommand() {
    String index = pages.get("commands/index.md");
    pages.keySet().stream()
        .filter(name -> name.startsWith("commands/") && !name.endsWith("index.md"))
        .forEach(name -> assertThat(index).contains("(" + name.substring(9) + ")"));
  }

  @Test
  void everySettingIsThereWithItsDefault() {
    String settings = pages.get("settings.md");
    for (String name : Recipe.descriptions().keySet()) {
      assertThat(settings).contains("| `" + name + "` | `" + Recipe.defaultOf(name) + "` |");
    }
    assertThat(settings).contains("| `kernel` | `linear,rbf` |");
  }
}
