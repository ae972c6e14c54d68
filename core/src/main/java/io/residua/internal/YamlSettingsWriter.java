package io.residua.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.util.Map;

/**
 * Writes settings as {@link YamlSettingsReader} reads them: apart, so that others load where there
 * is no YAML.
 */
final class YamlSettingsWriter {
  private YamlSettingsWriter() {}

  static String text(Map<String, String> settings) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .stringQuotingChecker(new Quoting())
            .build();
    try {
      return new YAMLMapper(factory).writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings that can't be written", e);
    }
  }

  /** Quotes also what would come back without its underscores. */
  private static final class Quoting extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean needToQuoteValue(String value) {
      return super.needToQuoteValue(value) || YamlSettingsReader.isGrouped(value);
    }
  }
}
