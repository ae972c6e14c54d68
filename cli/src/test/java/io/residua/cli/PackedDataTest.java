package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every command that takes DATA finds the parts in folders as published sets are packed. */
@ExtendWith(SmallRun.Resolver.class)
class PackedDataTest {
  private static final String UNDERSTOOD =
      "'archive/seg_train/seg_train' is taken for the train part,"
          + " 'archive/seg_test/seg_test' for the test part";

  @TempDir private Path folder;
  private Path packed = Path.of("");

  @BeforeEach
  void pack(SmallRun small) throws IOException {
    packed = folder.resolve("scenes");
    link("archive/seg_train/seg_train", small.pictures().resolve("train"));
    link("archive/seg_test/seg_test", small.pictures().resolve("test"));
    link("archive/seg_pred/seg_pred", small.pictures().resolve("test/freshbanana"));
  }

  private void link(String name, Path target) throws IOException {
    Path link = packed.resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, target);
  }

  private TestRun understands(String... arguments) {
    TestRun run = new TestRun();
    assertThat(run.execute(arguments)).as(run.err()).isZero();
    assertThat(run.err()).contains(UNDERSTOOD, "seg_pred: is neither");
    return run;
  }

  private String out(String name) {
    return "--out=" + folder.resolve(name);
  }

  @Test
  void trainAndEvaluate() {
    TestRun trained =
        understands(SmallRun.trainArguments(packed, folder.resolve("run"), "--epochs=1"));
    assertThat(trained.err()).contains("data: 6 classes", "18 test (the set's own test part)");
    TestRun evaluated =
        understands("evaluate", folder.resolve("run").toString(), packed.toString());
    assertThat(evaluated.out()).contains("the set's own test part: 18 of 18 pictures");
  }

  @Test
  void inspectPreviewConvertAndCompute(SmallRun small) {
    String data = packed.toString();
    String run = small.run().toString();
    assertThat(understands("inspect", data, "--quick", "--json=-").out())
        .contains("\"train\" : {", "\"test\" : {")
        .doesNotContain("seg_pred/");
    understands("data", "preview", data, out("grid.png"));
    understands("data", "convert", data, "--to=folder", out("plain"));
    assertThat(folder.resolve("plain/train/freshapples")).isDirectory();
    assertThat(folder.resolve("plain/test/freshapples")).isDirectory();
    understands("features", run, data, out("f.safetensors"), "--no-cache");
    TestRun svm = understands("svm", data, out("svm"), "--weights=" + run, "--c=1", "--no-cache");
    assertThat(svm.out()).containsPattern("test +accuracy .* n 18\\)");
  }

  @Test
  void whatMayBePartsOrClassesIsNotTrained(SmallRun small) throws IOException {
    for (String fold : List.of("fold_0", "fold_1")) {
      Path link = folder.resolve("folds").resolve(fold);
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, small.pictures().resolve("test"));
    }
    TestRun run = new TestRun();
    Path out = folder.resolve("run");
    assertThat(run.execute(SmallRun.trainArguments(folder.resolve("folds"), out))).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains("'fold_0', 'fold_1' are folds, not classes");
    assertThat(out).doesNotExist();
  }
}
