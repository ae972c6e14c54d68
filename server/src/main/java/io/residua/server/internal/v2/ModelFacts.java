package io.residua.server.internal.v2;

import io.residua.image.Preprocessing;
import java.util.List;

/**
 * What the protocol needs to know of one version of a model.
 *
 * @param preprocessing how a picture becomes its input
 * @param features how many features it tells of a picture; 0 if it tells none
 */
public record ModelFacts(
    String name, String version, Preprocessing preprocessing, List<String> classes, int features) {}
