package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line on runs of commit 91c8fbf; a README lies beside them. */
class EarlierRunsTest {
  private static final Path WRITTEN =
      Path.of(System.getProperty("basedir", "."), "..", "core", "src", "test", "resources")
          .resolve(Path.of("io", "residua", "run", "91c8fbf"));

  /** Words for people, and what was typed and where. */
  private static final Set<String> MAY_DIFFER = Set.of("model", "data", "preprocessing", "compute");

  @TempDir private Path folder;

  private static JsonNode json(String... arguments) throws IOException {
    TestRun run = new TestRun();
    assertThat(run.execute(arguments)).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "svm"})
  void evaluateSaysWhatItSaidThen(String run) throws IOException {
    JsonNode then =
        new ObjectMapper()
            .readTree(
                Files.readString(WRITTEN.resolve("answers").resolve("evaluate-" + run + ".json")));
    JsonNode now =
        json(
            "evaluate",
            WRITTEN.resolve(run).toString(),
            WRITTEN.resolve("pictures").toString(),
            "--device=java",
            "--precision=fp32",
            "--json=-");
    for (Map.Entry<String, JsonNode> said : then.properties()) {
      if (!MAY_DIFFER.contains(said.getKey())) {
        assertSame(said.getKey(), said.getValue(), now.path(said.getKey()));
      }
    }
  }

  /** New keys may be there; those of then have their values, numbers within those of fp32. */
  private static void assertSame(String where, JsonNode then, JsonNode now) {
    assertThat(now.isMissingNode()).as("%s is gone", where).isFalse();
    if (then.isObject()) {
      then.properties()
          .forEach(e -> assertSame(where + "/" + e.getKey(), e.getValue(), now.path(e.getKey())));
    } else if (then.isArray()) {
      assertThat(now).as(where).hasSize(then.size());
      for (int i = 0; i < then.size(); i++) {
        assertSame(where + "/" + i, then.get(i), now.get(i));
      }
    } else if (then.isNumber()) {
      assertThat(now.asDouble()).as(where).isCloseTo(then.asDouble(), within(1e-5));
    } else {
      assertThat(now).as(where).isEqualTo(then);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "svm"})
  void reportMakesThePageOfARun(String run) throws IOException {
    Path page = folder.resolve("page.html");
    TestRun report = new TestRun();
    int exitCode =
        report.execute(
            "report",
            WRITTEN.resolve(run).toString(),
            "--data=" + WRITTEN.resolve("pictures"),
            "--device=java",
            "--out=" + page);
    assertThat(exitCode).as(report.err()).isZero();
    assertThat(page).content().contains("Confusion matrix", "6 pictures of the test part");
  }
}
