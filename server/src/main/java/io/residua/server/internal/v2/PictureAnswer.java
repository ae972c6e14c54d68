package io.residua.server.internal.v2;

import io.residua.model.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * What a model says of one picture.
 *
 * @param logits of all classes; null if they were not asked for
 * @param features null if they were not asked for
 */
public record PictureAnswer(
    Prediction prediction, float @Nullable [] logits, float @Nullable [] features) {}
