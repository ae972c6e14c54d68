package io.residua.sample;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.residua.WrittenTheSameEverywhere;

@AnalyzeClasses(packagesOf = SampleSet.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule itWritesPicturesIntoFolders =
      noClasses()
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.residua.(*)..")
                  .and(
                      JavaClass.Predicates.resideOutsideOfPackages(
                          "io.residua.sample..",
                          "io.residua.internal..",
                          "io.residua.image..",
                          "io.residua.data..")));

  @ArchTest
  static final ArchRule numbersAreWrittenTheSameEverywhere = WrittenTheSameEverywhere.RULE;
}
