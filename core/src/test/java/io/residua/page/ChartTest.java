package io.residua.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {
  private static List<String> texts(String svg) throws Exception {
    NodeList nodes =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(((Element) nodes.item(i)).getTextContent());
    }
    assertThat(svg).doesNotContain("NaN", "Infinity").contains("prefers-color-scheme: dark");
    return texts;
  }

  @Test
  void aLineHasAxesWithNumbersAndALegend() throws Exception {
    String svg =
        new Chart("Loss & more", Axis.linear("epoch"), Axis.linear("loss"))
            .line("train", new double[] {1, 2, 3}, new double[] {0.9, Double.NaN, 0.4}, "s0")
            .alone();
    assertThat(texts(svg)).contains("Loss & more", "epoch", "loss", "train", "1.0", "0.5");
    assertThat(svg).contains("d=\"M");
  }

  @Test
  void aLogarithmicAxisHasPowersOfTen() throws Exception {
    String svg =
        new Chart("Rates", Axis.logarithmic("rate"), Axis.linear("loss"))
            .line("loss", new double[] {0, 1e-7, 1e-3, 10}, new double[] {5, 1, 0.5, 4}, "s0 faint")
            .mark("1e-3", 1e-3)
            .alone();
    assertThat(texts(svg)).contains("1e-7", "1e-3", "0.1", "10").doesNotContain("1e-8");
    assertThat(texts(svg)).hasSizeLessThan(25);
  }

  @Test
  void namesOfPointsDoNotCoverEachOther() throws Exception {
    Chart chart = new Chart("Models", Axis.linear("time (s)"), Axis.linear("accuracy"));
    for (int i = 0; i < 4; i++) {
      chart.point("model <" + i + ">", 10, 0.9, 0.85, 0.95);
    }
    String svg = chart.alone();
    assertThat(texts(svg)).contains("model <0>", "model <3>");
    List<String> places =
        svg.lines()
            .filter(l -> l.startsWith("<text") && l.contains("model"))
            .map(l -> l.replaceAll(".* y=\"([^\"]*).*", "$1"))
            .toList();
    assertThat(places).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void whatIsEmptyOrConstantIsDrawnToo() throws Exception {
    for (Axis axis : List.of(Axis.linear("x"), Axis.logarithmic("x"))) {
      assertThat(texts(new Chart("Nothing", axis, Axis.linear("y")).alone())).contains("Nothing");
      assertThat(
              texts(
                  new Chart("One", axis, axis)
                      .line("a", new double[] {3}, new double[] {3}, "s0")
                      .point("p", 3, 3, 3, 3)
                      .alone()))
          .contains("One", "p");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Chart("x", Axis.linear("x"), Axis.linear("y"))
                    .line("a", new double[1], new double[2], "s0"));
  }
}
