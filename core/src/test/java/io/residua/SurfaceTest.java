package io.residua;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a user of the library sees. */
class SurfaceTest {
  /** Types of the API at most. */
  private static final int TYPES = 70;

  private static final Pattern NAMED = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

  private static final Pattern THROWN = Pattern.compile("@throws (?:[\\w.]+\\.)?(\\w+)");

  @Test
  void usersSeeFewTypes() throws IOException {
    assertThat(exported()).hasSizeBetween(TYPES / 2, TYPES);
  }

  @Test
  void theGuideNamesEachOfThemAndNoOther() throws IOException {
    Set<String> named =
        NAMED
            .matcher(Files.readString(Path.of("..", "docs", "java.md")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named)
        .isEqualTo(
            exported().stream()
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** An exception that no module but this can name is of no use to who catches it. */
  @Test
  void whatIsSaidToBeThrownCanBeNamed() throws IOException {
    Set<String> internal =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.residua")
                .stream()
                .filter(type -> type.isAssignableTo(ResiduaException.class))
                .filter(type -> type.getPackageName().endsWith(".internal"))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
    assertThat(internal).contains("WeightsException", "RunException");
    for (JavaClass type : exported()) {
      String source =
          Files.readString(
              Path.of("src/main/java", type.getFullName().replace('.', '/') + ".java"));
      Set<String> named =
          THROWN
              .matcher(source)
              .results()
              .map((MatchResult found) -> found.group(1))
              .collect(Collectors.toSet());
      assertThat(named).as(type.getName()).doesNotContainAnyElementsOf(internal);
    }
  }

  /** Public classes that are in no other, in the packages that the module exports to all. */
  private static Set<JavaClass> exported() throws IOException {
    Set<String> packages;
    try (InputStream in = Files.newInputStream(Path.of("target/classes/module-info.class"))) {
      packages =
          ModuleDescriptor.read(in).exports().stream()
              .filter(exports -> !exports.isQualified())
              .map(Exports::source)
              .collect(Collectors.toSet());
    }
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.residua")
            .stream()
            .filter(type -> packages.contains(type.getPackageName()))
            .filter(type -> type.isTopLevelClass())
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(Collectors.toSet());
  }
}
