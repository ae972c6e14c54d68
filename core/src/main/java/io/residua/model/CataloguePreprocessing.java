package io.residua.model;

import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.weights.CatalogueEntry;
import java.util.Locale;

/** The preprocessing that published weights were trained with. */
public final class CataloguePreprocessing {
  private CataloguePreprocessing() {}

  public static Preprocessing of(CatalogueEntry entry) {
    return of(entry.preprocessing());
  }

  /** The preprocessing that a catalogue entry or a recognised file names. */
  public static Preprocessing of(CatalogueEntry.Preparation p) {
    Preprocessing preset = Preprocessing.preset(p.preset());
    return new Preprocessing(
        Resize.of(p.resize()),
        p.imageSizePx(),
        p.shorterSidePx(),
        Interpolation.valueOf(p.interpolation().toUpperCase(Locale.ROOT)),
        PassOrder.PILLOW_13,
        preset.channelOrder(),
        preset.scale(),
        preset.mean(),
        preset.std());
  }
}
