package io.residua.weights.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;

/** Reads the catalogue's file: a class of its own, so that others load where there is no YAML. */
final class CatalogueYaml {
  private CatalogueYaml() {}

  static CatalogueEntry[] read(String yaml) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readValue(yaml, CatalogueEntry[].class);
  }
}
