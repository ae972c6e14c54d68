package io.residua;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.residua.internal.Text;
import java.text.Collator;
import java.text.Format;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.Locale;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rule that nothing written or read depends on the default locale: formats go through {@link
 * Text}, and what takes a locale gets one.
 */
public final class WrittenTheSameEverywhere {
  private WrittenTheSameEverywhere() {}

  private static final Set<String> FORMATS = Set.of("format", "formatted", "printf");
  private static final Set<String> CASES = Set.of("toLowerCase", "toUpperCase");

  /** For the classes of one module. */
  public static final ArchRule RULE =
      ArchRuleDefinition.noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Text.class.getName())
          .should()
          .callCodeUnitWhere(
              target(
                  DescribedPredicate.describe(
                      "formats or changes case by the default locale",
                      WrittenTheSameEverywhere::dependsOnTheReader)))
          .because(
              "23,565.25 must not become 23.565,25: use io.residua.internal.Text.of(format, …)");

  private static boolean dependsOnTheReader(AccessTarget.CodeUnitCallTarget called) {
    JavaClass owner = called.getOwner();
    String name = called.getName();
    boolean hasLocale =
        called.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Locale.class));
    if (owner.isEquivalentTo(Locale.class)) {
      return name.equals("getDefault");
    }
    if (FORMATS.contains(name)
        && (owner.isEquivalentTo(String.class)
            || owner.isAssignableTo(java.io.PrintStream.class)
            || owner.isAssignableTo(java.io.PrintWriter.class)
            || owner.isEquivalentTo(java.io.Console.class))) {
      return true;
    }
    if (hasLocale) {
      return false;
    }
    return owner.isEquivalentTo(String.class) && CASES.contains(name)
        || owner.isEquivalentTo(DateTimeFormatter.class) && name.startsWith("of")
        || name.equals("<init>") && isAny(owner, Formatter.class, Scanner.class)
        || name.equals("<init>") && owner.isAssignableTo(Format.class)
        || name.startsWith("get") && name.endsWith("Instance") && owner.isAssignableTo(Format.class)
        || owner.isEquivalentTo(Collator.class) && name.equals("getInstance");
  }

  private static boolean isAny(JavaClass type, Class<?>... wanted) {
    return Stream.of(wanted).anyMatch(type::isEquivalentTo);
  }
}
