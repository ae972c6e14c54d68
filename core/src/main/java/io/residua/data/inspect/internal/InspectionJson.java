package io.residua.data.inspect.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Finding.Kind;
import io.residua.data.inspect.Inspection;
import java.util.Map;

/** An inspection as JSON; the keys are stable. */
public final class InspectionJson {
  private InspectionJson() {}

  /** The whole inspection: counts, sizes, colours, and each finding with its files. */
  public static ObjectNode toJson(Inspection inspection) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("data", inspection.root());
    json.put("pictures", inspection.pictures());
    ObjectNode parts = json.putObject("parts");
    inspection
        .counts()
        .forEach(
            (part, counts) -> {
              ObjectNode node = parts.putObject(part.label());
              ObjectNode classes = node.putObject("classes");
              int total = 0;
              for (int c = 0; c < counts.length; c++) {
                classes.put(inspection.classes().get(c), counts[c]);
                total += counts[c];
              }
              node.put("n", total);
              node.put("imbalance", inspection.imbalance(part));
            });
    json.set("sizes_px", sizes(inspection.sizes()));
    counts(json.putObject("formats"), inspection.formats());
    counts(json.putObject("colour_modes"), inspection.modes());
    ArrayNode mean = json.putArray("channel_mean");
    ArrayNode deviation = json.putArray("channel_std");
    for (int c = 0; c < 3; c++) {
      mean.add(inspection.channels().mean()[c]);
      deviation.add(inspection.channels().deviation()[c]);
    }
    ObjectNode summary = json.putObject("finding_counts");
    for (Kind kind : Kind.values()) {
      summary.put(kind.key(), inspection.findings(kind).size());
    }
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : inspection.findings()) {
      ObjectNode node = findings.addObject();
      node.put("kind", finding.kind().key());
      node.put("detail", finding.detail());
      finding.files().forEach(node.putArray("files")::add);
    }
    ObjectNode quarantine = json.putObject("quarantine");
    inspection.quarantine().forEach(quarantine::put);
    return json;
  }

  private static ObjectNode sizes(Inspection.Sizes sizes) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("min_width", sizes.minWidth());
    node.put("median_width", sizes.medianWidth());
    node.put("max_width", sizes.maxWidth());
    node.put("min_height", sizes.minHeight());
    node.put("median_height", sizes.medianHeight());
    node.put("max_height", sizes.maxHeight());
    node.put("min_aspect", sizes.minAspect());
    node.put("max_aspect", sizes.maxAspect());
    node.put("distinct", sizes.distinct());
    return node;
  }

  private static void counts(ObjectNode node, Map<String, Integer> counts) {
    counts.forEach(node::put);
  }
}
