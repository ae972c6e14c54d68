package io.residua.server.internal.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Timing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of JSON for every request that has ended. */
final class AccessLog {
  /** W3C Trace Context, level 1: version, trace, span and flags. */
  private static final Pattern TRACE_PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}");

  private static final int LONGEST_PATH = 512;

  private final Consumer<String> lines;

  AccessLog(Consumer<String> lines) {
    this.lines = lines;
  }

  void ended(Ended request) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("client", request.client());
    json.put("method", request.method());
    String path = request.path();
    json.put("path", path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path);
    json.put("status", request.status());
    json.put("bytes_in", request.bytesIn());
    json.put("bytes_out", request.bytesOut());
    json.put("ms", millis(request.tookNanos()));
    ServedModel model = request.model();
    if (model != null) {
      json.put("model", model.name());
      if (model.version() != null) {
        json.put("version", model.version());
      }
    }
    Timing timing = request.timing();
    if (timing != null) {
      json.put("pictures", request.pictures());
      json.put("queue_ms", millis(timing.queue()));
      json.put("decode_ms", millis(timing.decode()));
      json.put("compute_ms", millis(timing.compute()));
    }
    if (!request.problem().isEmpty()) {
      json.put("error", request.problem());
    }
    String parent = request.traceParent();
    Matcher trace = TRACE_PARENT.matcher(parent == null ? "" : parent.strip());
    if (trace.matches()) {
      json.put("trace_id", trace.group(1)).put("parent_id", trace.group(2));
    }
    lines.accept(json.toString());
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e4) / 1e2;
  }
}
