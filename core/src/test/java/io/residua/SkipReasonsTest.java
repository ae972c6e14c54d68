package io.residua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.opentest4j.TestAbortedException;

class SkipReasonsTest {
  @Test
  void eachReasonIsPrintedOnceWithItsTests() {
    assertThat(printed(OnSomeMachines.class, OnOtherMachines.class))
        .isEqualTo(
            """
            Skipped tests, by reason:
                 4  no browser
                 2  no network of this kind
                 1  no reason given
            """);
  }

  @Test
  void nothingIsSaidWhereNothingIsSkipped() {
    assertThat(printed(Everywhere.class)).isEmpty();
  }

  @Test
  void andJUnitFindsIt() {
    assertThat(ServiceLoader.load(TestExecutionListener.class))
        .hasAtLeastOneElementOfType(SkipReasons.class);
  }

  private static String printed(Class<?>... tests) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LauncherConfig plain =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .build();
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (Class<?> test : tests) {
      request.selectors(DiscoverySelectors.selectClass(test));
    }
    LauncherFactory.create(plain)
        .execute(
            request.build(), new SkipReasons(new PrintStream(out, true, StandardCharsets.UTF_8)));
    return out.toString(StandardCharsets.UTF_8);
  }

  static class OnSomeMachines {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void looked(int at) {
      assumeTrue(at < 0, "no browser");
    }

    @Test
    void lookedAgain() {
      assumeTrue(false, "no browser");
    }

    @Test
    void withoutAWord() {
      throw new TestAbortedException();
    }

    @Test
    void runs() {}
  }

  static class OnOtherMachines {
    @BeforeAll
    static void network() {
      assumeTrue(false, "no network\n  of this kind");
    }

    @Test
    void one() {}

    @Test
    void another() {}
  }

  static class Everywhere {
    @Test
    void runs() {}
  }
}
