package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.Head.Pooling;
import io.residua.nn.Head.Step;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.TorchModules.Module;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a file of PyTorch's names has on a backbone: one linear layer, or several with batch norm
 * between them. Names and shapes do not tell what has no weights: dropout is not looked for, and
 * where a {@code Sequential} skips a number behind a linear layer, a ReLU is taken to be there.
 *
 * @param parameters the file's name of each parameter, by the name in {@link Head}
 * @param note one line on what was assumed, or empty
 */
record TorchHead(FileHead head, Map<String, String> parameters, String note) {
  private static final Set<String> NAMES =
      Set.of(
          "fc",
          "classifier",
          "linear",
          "head",
          "last_linear",
          "cls_head",
          "classification_head",
          "cls",
          "clf",
          "dense",
          "fcs",
          "fc_head",
          "fc_layers",
          "final",
          "final_layer",
          "linear_head",
          "mlp_head",
          "logits",
          "output",
          "out",
          "top");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");

  /** Encoders whose last layers make vectors to be compared, not answers. */
  private static final Pattern COMPARES = Pattern.compile("(?:.*\\.)?encoder_[qk]\\.(?:.*\\.)?");

  private static final double EPSILON = 1e-5;

  private static final TorchHead NONE = new TorchHead(FileHead.NONE, Map.of(), "");

  /** Whether a name at a backbone's side is one of a head. */
  static boolean isHead(String name) {
    String top = name.split("\\.", 2)[0];
    return NAMES.contains(top) || NUMBER.matcher(top).matches();
  }

  /** The head on a backbone: at its side, or beside what it is in. */
  static TorchHead of(WeightFile file, TorchFit fit) {
    Optional<FileHead> told =
        file instanceof TensorFile tensors ? tensors.head() : Optional.empty();
    if (told.isPresent()) {
      Map<String, String> own = new LinkedHashMap<>();
      file.names().stream().filter(TorchHead::isHead).forEach(name -> own.put(name, name));
      return new TorchHead(told.get(), own, "");
    }
    Set<String> backbone = new HashSet<>(fit.backbone().values());
    String level = fit.prefix();
    while (true) {
      Map<String, List<String>> groups = groups(file, level, fit.prefix(), backbone);
      if (!groups.isEmpty()) {
        return of(file, fit, groups);
      } else if (level.isEmpty()) {
        return NONE;
      }
      level = level.substring(0, level.lastIndexOf('.', level.length() - 2) + 1);
    }
  }

  /** Names of one level that may be of a head, by what they begin with; numbers are one group. */
  private static Map<String, List<String>> groups(
      WeightFile file, String level, String prefix, Set<String> backbone) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String name : file.names()) {
      boolean beside =
          name.startsWith(level)
              && !backbone.contains(name)
              && !name.endsWith("num_batches_tracked")
              && (level.equals(prefix) || !name.startsWith(prefix));
      if (beside && isHead(name.substring(level.length()))) {
        String top = name.substring(level.length()).split("\\.", 2)[0];
        groups
            .computeIfAbsent(NUMBER.matcher(top).matches() ? "" : top, t -> new ArrayList<>())
            .add(name);
      }
    }
    return groups;
  }

  private static TorchHead of(WeightFile file, TorchFit fit, Map<String, List<String>> groups) {
    if (COMPARES.matcher(fit.prefix()).matches()) {
      return notComputed("its last layers are those of contrastive training, not of a classifier");
    }
    List<TorchHead> all = groups.values().stream().map(names -> chain(file, fit, names)).toList();
    List<TorchHead> computed = all.stream().filter(h -> h.head.head().isPresent()).toList();
    if (computed.size() > 1) {
      return notComputed(
          Text.of(
              "several of its layers may be the last one (%s)",
              groups.keySet().stream().map(OneLine::of).collect(Collectors.joining(", "))));
    }
    return computed.isEmpty() ? all.get(0) : computed.get(0);
  }

  private static TorchHead notComputed(String problem) {
    return new TorchHead(FileHead.notComputed(problem), Map.of(), "");
  }

  private static TorchHead chain(WeightFile file, TorchFit fit, List<String> names) {
    List<Module> modules = TorchModules.of(file, names);
    for (Module module : modules) {
      if (module.kind() == TorchModules.Kind.OTHER) {
        return notComputed(
            Text.of(
                "its head has %s, which is neither a linear layer nor batch norm",
                OneLine.of(module.name())));
      }
    }
    Module last = modules.get(modules.size() - 1);
    if (last.kind() != TorchModules.Kind.LINEAR) {
      return notComputed(Text.of("its head ends with batch norm (%s)", OneLine.of(last.name())));
    }
    Network backbone = KnownNetworks.backbone(fit.architecture());
    List<Parameter> parameters = backbone.parameters();
    int inputs = modules.get(0).inputs();
    if (inputs == parameters.get(parameters.size() - 1).shape().get(0)) {
      return chain(modules, Pooling.GAP, inputs); // as usual, and fast to tell
    }
    Shape features = backbone.outputShape(Shape.rgb(fit.architecture().pictureSizePx()));
    if (inputs != features.size()) {
      return notComputed(
          Text.of(
              "its head takes %,d values, its backbone gives %,d channels%s",
              inputs,
              features.channels(),
              inputs == 2 * features.channels()
                  ? " (fastai's head, of the mean and the maximum of each, is not computed here)"
                  : ""));
    }
    return chain(modules, Pooling.FLATTEN, inputs);
  }

  private static TorchHead chain(List<Module> modules, Pooling pooling, int inputs) {
    List<Step> steps = new ArrayList<>();
    List<Module> byStep = new ArrayList<>();
    int size = inputs;
    boolean straight = false; // whether the last linear layer's outputs have passed no ReLU yet
    boolean assumed = false;
    for (int i = 0; i < modules.size(); i++) {
      Module module = modules.get(i);
      if (module.inputs() != size) {
        return notComputed(
            Text.of(
                "its head's %s takes %,d values, what is before it gives %,d",
                OneLine.of(module.name()), module.inputs(), size));
      }
      if (straight && module.follows(modules.get(i - 1))) {
        steps.add(new Step.Rectify());
        straight = false;
        assumed = true;
      }
      if (i < modules.size() - 1) {
        boolean linear = module.kind() == TorchModules.Kind.LINEAR;
        while (byStep.size() < steps.size()) {
          byStep.add(module); // a ReLU has no parameters
        }
        steps.add(linear ? new Step.Dense(module.outputs()) : new Step.Norm(EPSILON));
        byStep.add(module);
        straight |= linear;
      }
      size = module.outputs();
    }
    Head head;
    try {
      head = new Head(pooling, steps);
    } catch (IllegalArgumentException e) {
      return notComputed("it has " + e.getMessage());
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < byStep.size(); i++) {
      if (!(steps.get(i) instanceof Step.Rectify)) {
        byStep.get(i).parametersAs(Head.stepName(i), parameters);
      }
    }
    modules.get(modules.size() - 1).parametersAs(head.lastLayer(), parameters);
    return new TorchHead(
        FileHead.of(head),
        parameters,
        assumed
            ? Text.of(
                "head read as %s: the file does not say what is between its layers", head.text())
            : "");
  }
}
