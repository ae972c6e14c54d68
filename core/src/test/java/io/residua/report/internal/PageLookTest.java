package io.residua.report.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.data.OpenedData;
import io.residua.data.inspect.Inspector;
import io.residua.data.inspect.internal.ClassPreview;
import io.residua.data.inspect.internal.InspectionHtml;
import io.residua.internal.AtomicFiles;
import io.residua.report.Chromium;
import io.residua.report.MadeRun;
import io.residua.report.RunReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages as Chromium shows them, on a desk and on a phone, light and dark. Pictures of them are left
 * in {@code target/pages}, to be looked at.
 */
class PageLookTest {
  @TempDir Path folder;

  @Test
  void pagesAreWholeReadableAndSilent() throws Exception {
    MadeRun few = MadeRun.in(folder.resolve("few"), 2);
    MadeRun many = MadeRun.in(folder.resolve("many"), 15);
    Map<String, Path> pages = new LinkedHashMap<>();
    pages.put("few", RunReport.of(few.run()).withData(few.data()).on(MadeRun.JAVA).write());
    pages.put("many", RunReport.of(many.run()).withData(many.data()).on(MadeRun.JAVA).write());
    Path comparison = folder.resolve("comparison.html");
    RunComparison.of(List.of(few.run(), many.run())).write(comparison);
    pages.put("comparison", comparison);
    pages.put("inspection", inspection(few));
    List<String> wrong = new ArrayList<>();
    try (Chromium chromium = Chromium.start(folder.resolve("profile"))) {
      for (Map.Entry<String, Path> page : pages.entrySet()) {
        for (int widthPx : new int[] {1280, 390}) {
          wrong.addAll(look(chromium, page.getKey(), page.getValue(), widthPx, false));
          wrong.addAll(look(chromium, page.getKey(), page.getValue(), widthPx, true));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private Path inspection(MadeRun run) {
    Path page = folder.resolve("inspection.html");
    OpenedData data = OpenedData.open(run.data());
    InspectionHtml.write(
        page,
        Inspector.inspect(data, true, Progress.NONE),
        data,
        new ClassPreview(data, ClassPreview.Plan.USUAL),
        Progress.NONE);
    return page;
  }

  private static List<String> look(
      Chromium chromium, String name, Path page, int widthPx, boolean dark) throws IOException {
    String what = "%s-%d-%s".formatted(name, widthPx, dark ? "dark" : "light");
    chromium.open(page, widthPx, dark);
    JsonNode wrong = chromium.evaluate(script());
    assertThat(wrong.isArray()).as(what).isTrue();
    Path pictures = Files.createDirectories(Path.of("target", "pages"));
    AtomicFiles.write(pictures.resolve(what + ".png"), chromium.screenshot());
    List<String> found = new ArrayList<>();
    wrong.forEach(node -> found.add(what + ": " + node.asText()));
    chromium.complaints.forEach(complaint -> found.add(what + ": " + complaint));
    return found;
  }

  private static String script() throws IOException {
    try (InputStream in =
        requireNonNull(PageLookTest.class.getResourceAsStream("/io/residua/report/look.js"))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
