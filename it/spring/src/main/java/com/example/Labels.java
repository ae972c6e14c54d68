package com.example;

import io.residua.image.ImageException;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A picture is posted to {@code /label}, and the answer is its label. */
@SpringBootApplication
public class Labels {
  /** One for all requests; Spring closes it when the application ends. */
  @Bean
  Classifier classifier(@Value("${model}") Path model) {
    return Classifier.load(model);
  }

  record Label(String label, double probability) {
    static Label of(Prediction prediction) {
      return new Label(prediction.label(), prediction.probability());
    }
  }

  @RestController
  static class Controller {
    private final Classifier classifier;

    Controller(Classifier classifier) {
      this.classifier = classifier;
    }

    @PostMapping(path = "/label", consumes = "image/*")
    Label label(@RequestBody byte[] picture) {
      return Label.of(classifier.predict(picture));
    }

    /** The same, with no thread that waits. */
    @PostMapping(path = "/later", consumes = "image/*")
    CompletableFuture<Label> later(@RequestBody byte[] picture) {
      return classifier.predictAsync(picture).thenApply(Label::of);
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> unreadable(ImageException problem) {
      return ResponseEntity.unprocessableEntity().body(Map.of("problem", problem.getMessage()));
    }
  }
}
