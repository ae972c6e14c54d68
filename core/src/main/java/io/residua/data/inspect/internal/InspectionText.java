package io.residua.data.inspect.internal;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.residua.data.Part;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Finding.Kind;
import io.residua.data.inspect.Inspection;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An inspection as text for the terminal. */
public final class InspectionText {
  private static final int MOST_CLASSES = 40;
  private static final int MOST_FINDINGS = 10;
  private static final int WIDEST_NAME = 32;

  private InspectionText() {}

  public static String of(Inspection inspection) {
    StringBuilder text = new StringBuilder();
    classes(text, inspection);
    facts(text, inspection);
    findings(text, inspection);
    return text.toString();
  }

  private static void classes(StringBuilder text, Inspection inspection) {
    List<String> names = inspection.classes();
    line(
        text,
        "%s in %s",
        Text.count(inspection.pictures(), "picture"),
        Text.count(names.size(), "class"));
    int width = "imbalance".length();
    int shown = Math.min(names.size(), MOST_CLASSES);
    for (String name : names.subList(0, shown)) {
      width = Math.max(width, Math.min(WIDEST_NAME, name.length()));
    }
    StringBuilder head = new StringBuilder(" ".repeat(width));
    StringBuilder total = new StringBuilder(cell("total", width));
    StringBuilder imbalance = new StringBuilder(cell("imbalance", width));
    for (Map.Entry<Part, int[]> part : inspection.counts().entrySet()) {
      int sum = 0;
      for (int count : part.getValue()) {
        sum += count;
      }
      head.append(Text.of("%12s", part.getKey().label()));
      total.append(Text.of("%,12d", sum));
      imbalance.append(Text.of("%12.2f", inspection.imbalance(part.getKey())));
    }
    line(text, "%s", head);
    for (int c = 0; c < shown; c++) {
      text.append(cell(names.get(c), width));
      for (int[] counts : inspection.counts().values()) {
        text.append(Text.of("%,12d", counts[c]));
      }
      text.append('\n');
    }
    if (shown < names.size()) {
      line(text, "… and %s more", Text.count(names.size() - shown, "class"));
    }
    line(text, "%s", total);
    line(text, "%s  (largest class over smallest)", imbalance);
  }

  private static String cell(String raw, int width) {
    String name = Printable.escaped(raw);
    String shown = name.length() > width ? name.substring(0, width - 1) + "…" : name;
    return shown + " ".repeat(width - shown.length());
  }

  private static void facts(StringBuilder text, Inspection inspection) {
    Inspection.Sizes size = inspection.sizes();
    text.append('\n');
    if (size.distinct() == 1) {
      line(text, "size      %dx%d, all", size.minWidth(), size.minHeight());
    } else {
      line(
          text,
          "size      width %d to %d, median %d; height %d to %d, median %d; %,d different",
          size.minWidth(),
          size.maxWidth(),
          size.medianWidth(),
          size.minHeight(),
          size.maxHeight(),
          size.medianHeight(),
          size.distinct());
      line(text, "aspect    %.2f to %.2f (width over height)", size.minAspect(), size.maxAspect());
    }
    line(text, "formats   %s", counted(inspection.formats()));
    line(text, "colours   %s", counted(inspection.modes()));
    double[] mean = inspection.channels().mean();
    double[] std = inspection.channels().deviation();
    line(text, "mean      %.4f %.4f %.4f (red, green, blue; 0 to 1)", mean[0], mean[1], mean[2]);
    line(text, "std       %.4f %.4f %.4f", std[0], std[1], std[2]);
  }

  private static String counted(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(e -> Text.of("%s %,d", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static void findings(StringBuilder text, Inspection inspection) {
    text.append('\n');
    if (inspection.findings().isEmpty()) {
      text.append("nothing found that is wrong\n");
    }
    for (Kind kind : Kind.values()) {
      List<Finding> found = inspection.findings(kind);
      if (found.isEmpty()) {
        continue;
      }
      line(text, "%s: %,d", kind.title(), found.size());
      for (Finding finding : found.subList(0, Math.min(found.size(), MOST_FINDINGS))) {
        line(text, "  %s", line(finding));
      }
      if (found.size() > MOST_FINDINGS) {
        line(text, "  … and %,d more", found.size() - MOST_FINDINGS);
      }
    }
  }

  /** A finding in one line: its files, three at most, and the detail. */
  private static String line(Finding finding) {
    List<String> files = finding.files();
    String separator = finding.kind() == Kind.LABEL_DOUBT ? "" : " = ";
    int most = finding.kind() == Kind.LABEL_DOUBT ? 1 : 3;
    String names = files.stream().limit(most).collect(Collectors.joining(separator));
    String more = most > 1 && files.size() > most ? " and " + (files.size() - most) + " more" : "";
    return Printable.escaped(names + more + ": " + finding.detail());
  }

  @FormatMethod
  private static void line(StringBuilder text, @FormatString String format, Object... values) {
    text.append(Text.of(format, values)).append('\n');
  }
}
