package io.residua.cli;

import static java.util.Objects.requireNonNull;

import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.data.DataException;
import io.residua.data.internal.NewFolder;
import io.residua.data.internal.PictureList;
import io.residua.eval.internal.Softmax;
import io.residua.explain.GradCam;
import io.residua.explain.Heatmap;
import io.residua.image.ImageDecoder;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.ModelSpec;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua explain}. */
@Command(
    name = "explain",
    description = {
      "Show where in pictures a model sees what speaks for its answer.",
      "",
      "Grad-CAM: for each picture a PNG as the network saw it, in grey, with colour where the"
          + " answer comes from, violet where little and yellow where most of it does. A picture"
          + " that can't be read is reported, the others are explained, and the exit code is 1."
    },
    footer = {
      "",
      "Examples:",
      "  residua explain run cat.jpg --out why",
      "  residua explain run holiday/ --out why --class dog",
      "  residua explain imagenet cat.jpg --out why --layer layer3"
    })
final class ExplainCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Pictures, or folders of pictures.")
  private List<Path> paths;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      order = 1,
      description = "A new folder for the PNG files.")
  private @Nullable Path out;

  @Option(
      names = "--layer",
      paramLabel = "LAYER",
      order = 2,
      description =
          "A stage such as layer3, or any layer with positions, such as layer3.0.conv1 (default:"
              + " the last stage).")
  private @Nullable String layer;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      order = 3,
      description = "What speaks for this class (default: for the answer).")
  private @Nullable String className;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    Path folder = requireNonNull(out); // picocli requires it
    NewFolder.obstacle(folder)
        .ifPresent(
            why -> {
              throw new UsageException(Text.of("--out %s: %s", folder, why));
            });
    ModelArguments.check(spec, model.model(), paths);
    List<String> models = Classifier.names(model.model());
    if (models.size() > 1) {
      throw new UsageException(
          Text.of(
              "'%s' is several models, and explain shows what one sees: give one, such as %s",
              model.model(), models.get(0)));
    }
    PictureList list = PictureList.of(paths);
    list.warnings().forEach(console.progress()::warn);
    try (Classifier classifier = Models.open(model, console)) {
      console.note(Models.describe(model.model(), classifier.spec(), classifier.compute()));
      ModelSpec what = classifier.spec();
      OptionalInt wanted = wanted(what);
      String stage = layer == null ? GradCam.lastStage(what) : layer;
      int[] failed = new int[1];
      try (GradCam cam = GradCam.of(classifier.model(), stage, classifier.compute())) {
        NewFolder.write(folder, into -> failed[0] = write(cam, wanted, what, list, into, console));
      }
      console.note(
          Text.of(
              "wrote %s: %s, %s", folder, Text.count(list.size() - failed[0], "picture"), stage));
      if (failed[0] > 0) {
        console.error(
            Text.of("%,d of %s could not be read", failed[0], Text.count(list.size(), "picture")));
        return ExitCode.SOFTWARE;
      }
      return ExitCode.OK;
    }
  }

  private int write(
      GradCam cam,
      OptionalInt wanted,
      ModelSpec what,
      PictureList list,
      Path folder,
      Console console) {
    ImageDecoder decoder = ImageDecoder.of(what.preprocessing());
    Set<String> taken = new HashSet<>();
    int failed = 0;
    try (var task = console.progress().start("explain", list.pictures().size(), "images")) {
      for (Path picture : list.pictures()) {
        try {
          Heatmap map = cam.explain(decoder.decode(picture), wanted);
          String name = unused(picture, taken);
          AtomicFiles.write(folder.resolve(name), map.overlay().toPng());
          console
              .out()
              .print(
                  Text.of(
                      "%s  %s %.3f  %s%n",
                      Printable.line(picture.toString()),
                      Printable.line(what.classes().get(map.classIndex())),
                      Softmax.of(map.logits(), 0, map.logits().length)[map.classIndex()],
                      name));
        } catch (ResiduaException e) {
          console.progress().warn(String.valueOf(e.getMessage()));
          failed++;
        }
        task.advance(1);
      }
    }
    if (failed == list.pictures().size()) {
      throw new DataException("not one picture could be read");
    }
    return failed;
  }

  /** A name of its own for each picture's file. */
  private static String unused(Path picture, Set<String> taken) {
    String file = String.valueOf(picture.getFileName());
    int dot = file.lastIndexOf('.');
    String stem = dot > 0 ? file.substring(0, dot) : file;
    String name = stem + ".png";
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = Text.of("%s-%d.png", stem, i);
    }
    return name;
  }

  private OptionalInt wanted(ModelSpec what) {
    if (className == null) {
      return OptionalInt.empty();
    }
    int index = what.classes().indexOf(className);
    index = index < 0 ? what.classIds().indexOf(className) : index;
    if (index < 0) {
      throw new UsageException(
          Text.of(
              "--class '%s': the model has no such class%s",
              className, Nearest.meant(className, what.classes())));
    }
    return OptionalInt.of(index);
  }
}
