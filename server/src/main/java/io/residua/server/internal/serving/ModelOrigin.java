package io.residua.server.internal.serving;

import io.residua.UsageException;
import io.residua.internal.IoReasons;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What somebody named to be served: a model, or a folder of models with a folder for each version
 * of each, {@code m/1/model.safetensors}, or those of one model.
 *
 * @param typed as it was typed
 * @param name given with it; empty for what follows from its place
 * @param place the rest
 */
public record ModelOrigin(String typed, Optional<String> name, String place) {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._+-]{0,127})=(.+)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
  private static final String MODEL = "model.";

  /**
   * Reads {@code PLACE} or {@code NAME=PLACE}.
   *
   * @throws UsageException with one line, if it is neither
   */
  public static ModelOrigin parse(String typed) {
    if (typed.isBlank()) {
      throw new UsageException("the name of a model is empty");
    }
    Matcher named = NAMED.matcher(typed);
    if (named.matches() && path(typed).filter(Files::exists).isEmpty()) {
      return new ModelOrigin(typed, Optional.of(named.group(1)), named.group(2));
    }
    return new ModelOrigin(typed, Optional.empty(), typed);
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Whether models may come and go here. */
  boolean isFolderOfModels() {
    return folder().isPresent();
  }

  /** Whether the folder is there, if models are in one. */
  boolean isThere() {
    return path(place).filter(Files::isDirectory).isPresent();
  }

  /** The folder, unless it is itself a model. */
  private Optional<Path> folder() {
    return path(place).filter(Files::isDirectory).filter(p -> WeightSource.inFolder(p).isEmpty());
  }

  /**
   * The models that are there now.
   *
   * @throws UsageException with one line, if there is none, or no name for one
   */
  List<ModelSource> scan() {
    Optional<Path> folder = folder();
    if (folder.isEmpty()) {
      return List.of(single());
    }
    List<ModelSource> versions = versions(folder.get(), name.orElseGet(() -> nameOf(folder.get())));
    if (!versions.isEmpty()) {
      return versions;
    } else if (name.isPresent()) {
      throw new UsageException(
          Text.of(
              "%s: no folder there is a version (1, 2, …) with a model", Printable.line(typed)));
    }
    List<ModelSource> models = new ArrayList<>();
    for (Path child : folders(folder.get())) {
      String childName = String.valueOf(child.getFileName());
      if (!NAME.matcher(childName).matches()) {
        continue;
      } else if (WeightSource.inFolder(child).isPresent()) {
        models.add(source(childName, null, child));
      } else {
        models.addAll(versions(child, childName));
      }
    }
    return models;
  }

  private ModelSource single() {
    List<String> parts = Classifier.names(place);
    String own =
        name.orElseGet(
            () -> parts.stream().map(ModelOrigin::shortName).collect(Collectors.joining("+")));
    if (!NAME.matcher(own).matches()) {
      throw new UsageException(
          Text.of(
              "'%s' is no name for an address; give it one of letters, digits, '.', '_' and '-':"
                  + " NAME=%s",
              Printable.line(own), Printable.line(place)));
    }
    List<Path> files =
        parts.stream()
            .map(ModelOrigin::path)
            .flatMap(Optional::stream)
            .filter(Files::exists)
            .map(ModelOrigin::file)
            .toList();
    return new ModelSource(own, null, place, files);
  }

  /** The name of a run's folder, or of a file without its ending; else the whole. */
  private static String shortName(String part) {
    Optional<Path> path = path(part).filter(p -> Files.exists(p) || p.getNameCount() > 1);
    return path.map(ModelOrigin::nameOf).orElse(part);
  }

  private static String nameOf(Path path) {
    Path real = path.toAbsolutePath().normalize();
    String file = String.valueOf(real.getFileName());
    if (Files.isDirectory(real)) {
      return file;
    }
    Path parent = real.getParent();
    if (file.startsWith(MODEL) && parent != null && parent.getFileName() != null) {
      return parent.getFileName().toString();
    }
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  /** The versions in a model's folder, the oldest first. */
  private static List<ModelSource> versions(Path folder, String name) {
    return folders(folder).stream()
        .filter(child -> VERSION.matcher(String.valueOf(child.getFileName())).matches())
        .filter(child -> WeightSource.inFolder(child).isPresent())
        .sorted(Comparator.comparingLong(child -> Long.parseLong(child.getFileName().toString())))
        .map(child -> source(name, String.valueOf(child.getFileName()), child))
        .toList();
  }

  private static ModelSource source(String name, @Nullable String version, Path folder) {
    return new ModelSource(name, version, folder.toString(), List.of(file(folder)));
  }

  /** What is opened where this is named. */
  private static Path file(Path place) {
    return WeightSource.inFolder(place).orElse(place);
  }

  private static List<Path> folders(Path folder) {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (Files.isDirectory(child)) {
          folders.add(child);
        }
      }
    } catch (IOException e) {
      throw new UsageException(folder + ": cannot be read: " + IoReasons.of(e), e);
    }
    folders.sort(Comparator.naturalOrder());
    return folders;
  }
}
