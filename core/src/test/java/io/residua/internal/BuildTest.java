package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BuildTest {
  @Test
  void theBuildHasFilledInItsVersionAndCommit() {
    Build build = Build.current();
    assertThat(build.version()).matches("\\d+\\.\\d+.*");
    assertThat(build.commit()).matches("[0-9a-f]{40,64}(-dirty)?|unknown");
  }

  @Test
  void forPeopleTheCommitIsShort() {
    String commit = "91c8fbf77aee0887efe65f6bb3aa9bb858d14871";
    assertThat(new Build("1.0", commit).text()).isEqualTo("1.0 (commit 91c8fbf77a)");
    assertThat(new Build("1.0", commit + "-dirty").text())
        .isEqualTo("1.0 (commit 91c8fbf77a, changed)");
    assertThat(new Build("1.0", "unknown").text()).isEqualTo("1.0");
  }

  @Test
  void whatAProgramMakesHasADateButNoCommand() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Build.sign(json, "");
    assertThat(Instant.parse(json.get("date").asText())).isBeforeOrEqualTo(Instant.now());
    assertThat(json.has("command")).isFalse();
    assertThat(json.get("commit").asText()).isEqualTo(Build.current().commit());
  }
}
