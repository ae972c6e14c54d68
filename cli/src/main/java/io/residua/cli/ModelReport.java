package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.NetworkTable;
import io.residua.nn.internal.NetworkTable.Row;
import io.residua.nn.internal.Shape;
import io.residua.train.FreezePlan;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table that {@code residua model show} prints. */
final class ModelReport {
  private static final int LARGEST_PX = 4096;
  private static final int MOST_CLASSES = 1_000_000;

  private final NetworkTable table;
  private final Optional<FreezePlan> plan;
  private final String trained;
  private final String head;
  private final int classes;

  /**
   * @param plan what is or was trained; empty where that is not known
   * @param trained how the plan came about, for people
   */
  private ModelReport(
      Network network,
      Shape picture,
      Optional<FreezePlan> plan,
      String trained,
      String head,
      int classes) {
    this.table =
        NetworkTable.of(
            network, picture, p -> plan.isPresent() && plan.get().trainable().contains(p.name()));
    this.plan = plan;
    this.trained = trained;
    this.head = head;
    this.classes = classes;
  }

  /**
   * A network by its name.
   *
   * @throws UsageException with one line, if there is none or the options do not fit it
   */
  static ModelReport ofNetwork(
      String name,
      @Nullable String head,
      @Nullable Integer classes,
      @Nullable Integer imageSizePx,
      @Nullable String freeze) {
    Architecture architecture;
    try {
      architecture = Architecture.named(name);
    } catch (UsageException e) {
      throw new UsageException(
          Text.of(
              "'%s' is no file and no network; there are %s",
              name, String.join(", ", Architecture.names())),
          e);
    }
    boolean large = architecture.pictureSizePx() >= 224;
    int outputs = classes == null ? large ? 1000 : 10 : between("--classes", classes, MOST_CLASSES);
    Shape picture = picture(imageSizePx, architecture.pictureSizePx());
    Head kind = Head.parse(head == null ? Head.gapLinear().text() : head);
    Network network = kind.on(architecture.backbone(picture), picture, outputs);
    String text = freeze == null ? "none" : freeze;
    return new ModelReport(
        network,
        picture,
        Optional.of(FreezePlan.of(network, text)),
        wouldBe(freeze),
        kind.text(),
        outputs);
  }

  /**
   * A model's network.
   *
   * @throws io.residua.ResiduaException naming the file, if it is no model
   * @throws UsageException with one line, if an option does not fit it
   */
  static ModelReport ofFile(
      Path file,
      @Nullable String head,
      @Nullable Integer classes,
      @Nullable Integer imageSizePx,
      @Nullable String freeze) {
    ModelFile model = ModelFile.read(file);
    ModelSpec spec = model.spec();
    if (head != null || classes != null) {
      throw new UsageException(
          Text.of(
              "%s has its own head, %s, and %s; --head and --classes are for networks by" + " name",
              file, spec.head().text(), Text.count(spec.classes().size(), "class")));
    }
    Shape square = picture(imageSizePx, spec.preprocessing().sizePx());
    Shape picture = Shape.picture(spec.preprocessing().channels(), square.height());
    ModelSpec wanted = spec.with(spec.preprocessing().withSize(picture.height()));
    Network network = wanted.network();
    return new ModelReport(
        network,
        picture,
        freeze == null ? FreezePlan.of(model) : Optional.of(FreezePlan.of(network, freeze)),
        freeze == null ? was(model) : wouldBe(freeze),
        spec.head().text(),
        spec.classes().size());
  }

  private static String wouldBe(@Nullable String freeze) {
    return freeze == null ? "trained" : "trained with --freeze " + freeze;
  }

  private static String was(ModelFile model) {
    return model.classic().isPresent()
        ? "a classifier was fitted to the network's features; of the network trained"
        : "trained in its run";
  }

  private static Shape picture(@Nullable Integer wantedPx, int usualPx) {
    return Shape.rgb(wantedPx == null ? usualPx : between("--image-size", wantedPx, LARGEST_PX));
  }

  private static int between(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new UsageException(Text.of("%s %d: must be from 1 to %d", option, value, most));
    }
    return value;
  }

  void print(PrintStream out, Console console) {
    int layer = width("layer", table.rows().stream().map(Row::layer).toList());
    int kind = width("kind", table.rows().stream().map(Row::kind).toList());
    out.println(
        console.bold(
            line(
                layer, "layer", kind, "kind", "output", "parameters", "trained", "multiply-adds")));
    for (Row row : table.rows()) {
      out.println(
          line(
              layer,
              row.layer(),
              kind,
              row.kind(),
              row.output(),
              count(row.learned()),
              row.learned() == 0 || plan.isEmpty()
                  ? ""
                  : row.trained() == 0 ? "frozen" : count(row.trained()),
              count(row.multiplyAdds())));
    }
    out.println(
        console.bold(
            line(
                layer,
                "total",
                kind,
                "",
                "",
                count(table.learned()),
                plan.isPresent() ? Text.of("%,d", table.trained()) : "",
                count(table.multiplyAdds()))));
    out.print(
        Text.of(
            "%s + %s, %s, pictures %s%n",
            table.network(), head, Text.count(classes, "class"), table.picture()));
    out.print(
        Text.of(
            "with %,d running statistics of batch norm: %,d values (as Keras counts), %.1f MB in"
                + " fp32%n",
            table.statistics(), table.parameters(), table.parameters() * 4 / 1e6));
    if (plan.isPresent()) {
      out.print(
          Text.of(
              "%s: %,d; not trained: %,d%n",
              trained, table.trained(), table.parameters() - table.trained()));
    } else {
      out.println(
          "the file does not say what was trained; --freeze LAYERS shows what training it would"
              + " change");
    }
    out.flush();
  }

  private static int width(String title, List<String> cells) {
    return Math.max(title.length(), cells.stream().mapToInt(String::length).max().orElse(0));
  }

  private static String line(
      int layerWidth, String layer, int kindWidth, String kind, Object... cells) {
    return Text.left(layer, layerWidth)
        + "  "
        + Text.left(kind, kindWidth)
        + Text.of("  %-12s  %11s  %11s  %14s", cells).stripTrailing();
  }

  private static String count(long value) {
    return value == 0 ? "" : Text.of("%,d", value);
  }

  ObjectNode json() {
    return table.toJson(head, classes, plan.isPresent());
  }
}
