package io.residua.weights.internal;

import io.residua.internal.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of the networks in a file is taken.
 *
 * @param fit the one; empty where there is none or nobody can tell
 * @param note one line on why this one, or empty
 * @param problem why none, one line; empty where one is taken or the file has no known network
 */
record TorchChoice(Optional<TorchFit> fit, String note, String problem) {
  /** Which of two networks that are trained together their authors use afterwards. */
  private static final Map<String, String> AUTHORS =
      Map.of(
          "encoder_q", "MoCo's authors use encoder_q",
          "teacher", "DINO's authors use the teacher",
          "online_encoder", "BYOL's authors use online_encoder");

  private static final int NAMED = 4;

  /**
   * The network under the prefix, if one is given; else the only one, or the only moving average
   * among several, as timm takes it.
   */
  static TorchChoice of(WeightFile file, Optional<String> prefix) {
    List<TorchFit> fits = TorchFit.in(file);
    if (prefix.isPresent()) {
      String wanted = dotted(prefix.get());
      return fits.stream()
          .filter(f -> f.prefix().equals(wanted))
          .findFirst()
          .map(f -> taken(f, ""))
          .orElseGet(() -> none(underNo(wanted, fits)));
    } else if (fits.size() < 2) {
      return new TorchChoice(fits.stream().findFirst(), "", "");
    }
    List<TorchFit> averages = fits.stream().filter(TorchFit::isAverage).toList();
    if (averages.size() == 1) {
      TorchFit average = averages.get(0);
      String others = named(fits.stream().filter(f -> f != average).toList());
      return taken(
          average,
          Text.of(
              "of several networks, the moving average under %s is taken; a prefix takes another"
                  + " (%s)",
              quoted(average), others));
    }
    return none(
        Text.of(
            "it has %d networks that fit, under %s; choose one by its prefix%s",
            fits.size(), named(fits), hint(fits)));
  }

  private static TorchChoice taken(TorchFit fit, String note) {
    return new TorchChoice(Optional.of(fit), note, "");
  }

  private static TorchChoice none(String problem) {
    return new TorchChoice(Optional.empty(), "", problem);
  }

  private static String dotted(String prefix) {
    return prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
  }

  private static String underNo(String wanted, List<TorchFit> fits) {
    return Text.of(
        "it has no known network under the prefix %s%s",
        OneLine.quoted(wanted), fits.isEmpty() ? "" : "; it has one under " + named(fits));
  }

  private static String named(List<TorchFit> fits) {
    return fits.stream().limit(NAMED).map(TorchChoice::quoted).collect(Collectors.joining(", "))
        + (fits.size() > NAMED ? ", …" : "");
  }

  private static String quoted(TorchFit fit) {
    String prefix = fit.prefix();
    return OneLine.quoted(prefix.isEmpty() ? prefix : prefix.substring(0, prefix.length() - 1));
  }

  private static String hint(List<TorchFit> fits) {
    return AUTHORS.entrySet().stream()
        .filter(e -> fits.stream().anyMatch(f -> f.prefix().contains(e.getKey())))
        .map(e -> Text.of(" (%s)", e.getValue()))
        .findFirst()
        .orElse("");
  }
}
