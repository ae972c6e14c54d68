package io.residua;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.residua.engine.onednn.ProcessEnvironment;
import io.residua.engine.plain.ActivationGradients;
import io.residua.internal.Warnings;

/** The rules between the rooms of the house. */
@AnalyzeClasses(packages = "io.residua", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] NATIVES = {"org.bytedeco..", "com.sun.jna.."};

  /** Tools that rooms share; they know no room. */
  private static final String TOOLS = "io.residua.internal..";

  private static final DescribedPredicate<JavaClass> ROOMS =
      resideInAPackage("io.residua.(*)..").and(not(resideInAPackage(TOOLS)));

  /** Not what the engine's executors share. */
  private static final DescribedPredicate<JavaClass> EXECUTORS =
      resideInAPackage("io.residua.engine.*..")
          .and(not(resideInAPackage("io.residua.engine.internal..")));

  private static DescribedPredicate<JavaClass> roomsOtherThan(String... rooms) {
    return ROOMS
        .and(not(resideInAnyPackage(rooms)))
        .as("rooms other than " + String.join(", ", rooms));
  }

  @ArchTest
  static final ArchRule imageIsAboutPixelsOnly =
      noClasses()
          .that()
          .resideInAPackage("io.residua.image..")
          .should()
          .dependOnClassesThat(roomsOtherThan("io.residua.image.."))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule pagesAreAboutPixelsOnly =
      noClasses()
          .that()
          .resideInAPackage("io.residua.page..")
          .should()
          .dependOnClassesThat(roomsOtherThan("io.residua.page..", "io.residua.image.."));

  @ArchTest
  static final ArchRule dataKnowsPixelsAndPagesOnly =
      noClasses()
          .that()
          .resideInAPackage("io.residua.data..")
          .should()
          .dependOnClassesThat(
              roomsOtherThan("io.residua.data..", "io.residua.image..", "io.residua.page.."))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule networksAreValues =
      noClasses()
          .that()
          .resideInAPackage("io.residua.nn..")
          .should()
          .dependOnClassesThat(roomsOtherThan("io.residua.nn.."))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.nio..");

  @ArchTest
  static final ArchRule weightsKnowNetworksAndPixelsButNoEngine =
      noClasses()
          .that()
          .resideInAPackage("io.residua.weights..")
          .should()
          .dependOnClassesThat(
              roomsOtherThan("io.residua.weights..", "io.residua.nn..", "io.residua.image.."));

  @ArchTest
  static final ArchRule theEngineRunsNetworksWithWeights =
      noClasses()
          .that()
          .resideInAPackage("io.residua.engine..")
          .should()
          .dependOnClassesThat(
              roomsOtherThan("io.residua.engine..", "io.residua.nn..", "io.residua.weights.."));

  @ArchTest
  static final ArchRule evaluationTakesArraysOnly =
      noClasses()
          .that()
          .resideInAPackage("io.residua.eval..")
          .should()
          .dependOnClassesThat(roomsOtherThan("io.residua.eval.."))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule modelsKnowNothingOfWhatIsMadeWithThem =
      noClasses()
          .that()
          .resideInAPackage("io.residua.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.residua.features..",
              "io.residua.train..",
              "io.residua.explain..",
              "io.residua.export..",
              "io.residua.experiment..",
              "io.residua.report..");

  @ArchTest
  static final ArchRule featuresAreOfModelsThatStayAsTheyAre =
      noClasses()
          .that()
          .resideInAPackage("io.residua.features..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.residua.train..",
              "io.residua.explain..",
              "io.residua.export..",
              "io.residua.experiment..",
              "io.residua.report..");

  @ArchTest
  static final ArchRule whatRunsLeaveIsKnownToAllWhoReadIt =
      noClasses()
          .that()
          .resideInAPackage("io.residua.run..")
          .should()
          .dependOnClassesThat(
              roomsOtherThan(
                  "io.residua.run..",
                  "io.residua.page..",
                  "io.residua.data..",
                  "io.residua.eval.."));

  @ArchTest
  static final ArchRule explanationsAreOfModels =
      noClasses()
          .that()
          .resideInAPackage("io.residua.explain..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.residua.train..", "io.residua.eval..", "io.residua.report..");

  @ArchTest
  static final ArchRule reportsReadWhatRunsHaveWritten =
      noClasses()
          .that()
          .resideInAPackage("io.residua.report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.residua.train..");

  @ArchTest
  static final ArchRule onlyTheExecutorOnOneDnnHasNatives =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.residua.engine.onednn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(NATIVES);

  /** A list alone knows which executors there are, so that another one is a package and a line. */
  @ArchTest
  static final ArchRule executorsAreBehindTheEngine =
      noClasses()
          .that(not(EXECUTORS))
          .and()
          .doNotHaveFullyQualifiedName("io.residua.engine.internal.Executors")
          .should()
          .dependOnClassesThat(
              EXECUTORS
                  .and(not(type(ActivationGradients.class)))
                  .and(not(type(ProcessEnvironment.class))));

  @ArchTest
  static final ArchRule executorsDoNotKnowEachOther =
      slices()
          .matching("io.residua.engine.(*)..")
          .that(
              DescribedPredicate.describe(
                  "are executors", slice -> !slice.getNamePart(1).equals("internal")))
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule theRootIsBelowTheRooms =
      noClasses()
          .that()
          .resideInAnyPackage("io.residua", TOOLS)
          .should()
          .dependOnClassesThat(ROOMS);

  @ArchTest
  static final ArchRule roomsDoNotDependOnEachOtherInCircles =
      slices().matching("io.residua.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noNativeTypeIsPublic =
      codeUnits()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .should(notMention(resideInAnyPackage(NATIVES)));

  @ArchTest
  static final ArchRule noStaticStateChanges =
      fields()
          .that()
          .areStatic()
          .and()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should()
          .beFinal()
          .allowEmptyShould(true);

  /** A warning that only a progress is told is lost where that is {@link Progress#NONE}. */
  @ArchTest
  static final ArchRule theLibraryWarnsThroughWarnings =
      noClasses()
          .that()
          .resideInAPackage("io.residua..")
          .and()
          .resideOutsideOfPackages("io.residua.cli..", "io.residua.bench..")
          .and()
          .doNotBelongToAnyOf(Warnings.class)
          .should()
          .accessTargetWhere(
              target(nameMatching("warn")).and(target(owner(assignableTo(Progress.class)))))
          .as("the library should warn through Warnings, so that it is logged too");

  @ArchTest
  static final ArchRule numbersAreWrittenTheSameEverywhere = WrittenTheSameEverywhere.RULE;

  @ArchTest static final ArchRule failuresForUsersAreResiduaExceptions = FailuresForUsers.RULE;

  private static ArchCondition<JavaCodeUnit> notMention(DescribedPredicate<JavaClass> types) {
    return new ArchCondition<>("not mention native types") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        if (types.test(unit.getRawReturnType())
            || unit.getRawParameterTypes().stream().anyMatch(types)) {
          events.add(SimpleConditionEvent.violated(unit, unit.getFullName() + " is public"));
        }
      }
    };
  }
}
