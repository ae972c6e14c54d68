package io.residua.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.bench.Goals.Goal;
import io.residua.bench.Report.Run;
import java.util.List;

/** The results as JSON, with the value of every round. */
final class ReportJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ReportJson() {}

  static String of(Results results, List<Contestant> field, Run run)
      throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.set("run", JSON.valueToTree(run));
    root.set("busyBefore", JSON.valueToTree(results.busyBefore()));
    root.set("versions", JSON.valueToTree(results.versions()));
    ArrayNode measured = root.putArray("measured");
    results
        .rates()
        .forEach(
            (key, rounds) -> {
              ObjectNode node = measured.addObject();
              node.put("contestant", key.contestant()).put("case", key.what());
              Summary s = results.summary(key.contestant(), key.what()).orElseThrow();
              node.put("perSecond", s.median()).put("min", s.min()).put("max", s.max());
              if (key.what().contains("/")) {
                node.put("gflopPerSecond", s.median() * Case.parse(key.what()).gflop());
                field.stream()
                    .filter(c -> c.name().equals(key.contestant()))
                    .findFirst()
                    .flatMap(c -> results.summary("peak-" + c.precision(), key.what()))
                    .ifPresent(peak -> node.put("ofPeak", s.median() / peak.median()));
              }
              long bytes = results.peakMemoryBytes(key.contestant(), key.what());
              if (bytes > 0) {
                node.put("peakMemoryBytes", bytes);
              }
              node.set("rounds", JSON.valueToTree(rounds.values()));
            });
    ArrayNode goals = root.putArray("goals");
    for (Goal g : Goals.of(results, field, run.machine().amx())) {
      ObjectNode node = goals.addObject();
      node.put("goal", g.what()).put(g.atLeast() ? "atLeast" : "atMost", g.wanted());
      node.put("unit", g.unit());
      g.value().ifPresent(v -> node.put("measured", v.median()));
      g.met().ifPresent(met -> node.put("met", met));
    }
    ArrayNode failures = root.putArray("notMeasured");
    results
        .failures()
        .forEach(
            (key, reason) ->
                failures
                    .addObject()
                    .put("contestant", key.contestant())
                    .put("case", key.what())
                    .put("reason", reason));
    return JSON.writeValueAsString(root) + "\n";
  }
}
