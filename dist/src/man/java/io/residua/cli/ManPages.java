package io.residua.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes a manual page of each command: no part of the program, only of its build. */
final class ManPages {
  private ManPages() {}

  /**
   * Writes the pages.
   *
   * @param arguments the folder for them, and the program's version
   */
  public static void main(String[] arguments) throws IOException {
    File pages = new File(arguments[0]);
    PrintStream none = new PrintStream(OutputStream.nullOutputStream());
    CommandLine residua =
        Residua.commandLine(
            none, none, Terminal.NONE, new Interrupts(Thread.currentThread()), "residua");
    CommandSpec[] commands = all(residua).toArray(CommandSpec[]::new);
    for (CommandSpec command : commands) {
      command.versionProvider(null).version("Residua " + arguments[1]);
      makeLiteral(command);
    }
    Path sources = Files.createTempDirectory("residua-man-");
    try {
      if (ManPageGenerator.generateManPage(sources.toFile(), null, new boolean[0], true, commands)
          != 0) {
        throw new IOException("no pages of the commands in " + sources);
      }
      convert(sources, pages);
    } finally {
      try (Stream<Path> files = Files.list(sources)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(sources);
    }
  }

  private static void convert(Path sources, File pages) throws IOException {
    List<String> complaints = new ArrayList<>();
    Options options =
        Options.builder()
            .backend("manpage")
            .safe(SafeMode.UNSAFE)
            .mkDirs(true)
            .toDir(pages)
            .attributes(Attributes.builder().attribute("reproducible").build())
            .build();
    try (Asciidoctor asciidoctor = Asciidoctor.Factory.create();
        Stream<Path> files = Files.list(sources)) {
      asciidoctor.registerLogHandler(record -> complaints.add(record.getMessage()));
      asciidoctor.convertDirectory(files.sorted().map(Path::toFile).toList(), options);
    }
    if (!complaints.isEmpty()) {
      throw new IOException(String.join("; ", complaints));
    }
  }

  private static Stream<CommandSpec> all(CommandLine line) {
    return Stream.concat(
        Stream.of(line.getCommandSpec()),
        line.getSubcommands().values().stream().flatMap(ManPages::all));
  }

  /** Keeps AsciiDoc from reading marks into what is plain text, such as {@code layer1.*}. */
  private static void makeLiteral(CommandSpec command) {
    UsageMessageSpec usage = command.usageMessage();
    usage.header(usage.description()[0]).description(literal(usage.description()));
    for (OptionSpec option : List.copyOf(command.options())) {
      command.remove(option);
      command.add(
          OptionSpec.builder(option)
              .scopeType(ScopeType.LOCAL) // each command has a copy
              .description(literal(option.description()))
              .build());
    }
    for (PositionalParamSpec parameter : List.copyOf(command.positionalParameters())) {
      command.remove(parameter);
      command.add(
          PositionalParamSpec.builder(parameter)
              .description(literal(parameter.description()))
              .build());
    }
    Stream<String> examples =
        Arrays.stream(usage.footer()).filter(line -> line.startsWith("  ")).map(String::strip);
    usage
        .footerHeading("Examples%n")
        .footer(
            Stream.of(Stream.of("...."), examples, Stream.of("...."))
                .flatMap(lines -> lines)
                .toArray(String[]::new));
  }

  private static String[] literal(String[] lines) {
    return Arrays.stream(lines)
        .map(line -> line.replace("%", "%%").replace("]", "\\]"))
        .map(line -> line.isEmpty() ? line : "pass:c[" + line + "]")
        .toArray(String[]::new);
  }
}
