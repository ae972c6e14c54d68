package io.residua.server.internal.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.util.URIUtil;

/** Finds the route of a request. */
public final class Router {
  private final List<Route> routes;

  /**
   * A route and what stands in its path's braces.
   *
   * @param variables by name, decoded
   */
  public record Match(Route route, Map<String, String> variables) {}

  /** The routes of a path, by which its other methods are told. */
  record Found(List<Match> matches) {
    /** Of a method; empty for none. */
    Optional<Match> of(String method) {
      String wanted = method.equals("HEAD") ? "GET" : method;
      return matches.stream().filter(m -> m.route().method().equals(wanted)).findFirst();
    }

    String allowed() {
      Set<String> methods = new TreeSet<>();
      for (Match match : matches) {
        methods.add(match.route().method());
        if (match.route().method().equals("GET")) {
          methods.add("HEAD");
        }
      }
      return String.join(", ", methods);
    }
  }

  public Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /**
   * @param path as it was sent, encoded
   */
  Found find(String path) {
    List<Match> matches = new ArrayList<>();
    if (path.startsWith("/")) {
      String[] segments = path.substring(1).split("/", -1);
      for (Route route : routes) {
        Map<String, String> variables = new HashMap<>();
        if (matches(route.segments(), segments, variables)) {
          matches.add(new Match(route, variables));
        }
      }
    }
    return new Found(matches);
  }

  private static boolean matches(
      List<String> pattern, String[] segments, Map<String, String> variables) {
    if (pattern.size() != segments.length) {
      return false;
    }
    for (int i = 0; i < segments.length; i++) {
      String wanted = pattern.get(i);
      if (wanted.startsWith("{")) {
        variables.put(wanted.substring(1, wanted.length() - 1), decoded(segments[i]));
      } else if (!wanted.equals(segments[i])) {
        return false;
      }
    }
    return true;
  }

  /** What cannot be decoded is what it is, and no model's name. */
  private static String decoded(String segment) {
    try {
      return URIUtil.decodePath(segment);
    } catch (RuntimeException e) {
      return segment;
    }
  }
}
