package io.residua.cli;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.residua.WrittenTheSameEverywhere;

/** No command prints a number by the reader's locale. */
@AnalyzeClasses(packagesOf = Main.class, importOptions = ImportOption.DoNotIncludeTests.class)
class WrittenTheSameEverywhereTest {
  @ArchTest
  static final ArchRule numbersAreWrittenTheSameEverywhere = WrittenTheSameEverywhere.RULE;
}
