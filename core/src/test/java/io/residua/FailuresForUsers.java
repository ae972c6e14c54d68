package io.residua;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.lang.ArchRule;

/** The rule that what goes wrong for a user can be caught as one type. */
public final class FailuresForUsers {
  private FailuresForUsers() {}

  /** For the classes of one module. */
  public static final ArchRule RULE =
      classes()
          .that()
          .areAssignableTo(RuntimeException.class)
          .and()
          .arePublic()
          .should()
          .beAssignableTo(ResiduaException.class);
}
