package io.residua.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.residua.FailuresForUsers;
import io.residua.WrittenTheSameEverywhere;

/** The rules of the server. */
@AnalyzeClasses(
    packages = "io.residua.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Of core's packages that it does not show to all: tools, and a classifier's inside. */
  @ArchTest
  static final ArchRule itUsesCoreAsProgramsDo =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.residua.*.internal..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.residua.model.internal..", "io.residua.server.internal.."))));

  @ArchTest
  static final ArchRule queuesKnowNoHttp =
      noClasses()
          .that()
          .resideInAPackage("io.residua.server.internal.serving..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "org.eclipse.jetty..", "io.prometheus..", "io.residua.server.internal.http.."));

  @ArchTest static final ArchRule failuresForUsersAreResiduaExceptions = FailuresForUsers.RULE;

  /** What a user of the library sees. */
  @ArchTest
  static final ArchRule usersSeeTwoTypes =
      classes()
          .that()
          .resideInAPackage("io.residua.server")
          .and()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .should()
          .be(ModelServer.class)
          .orShould()
          .be(ServerConfig.class);

  @ArchTest
  static final ArchRule numbersAreWrittenTheSameEverywhere = WrittenTheSameEverywhere.RULE;
}
