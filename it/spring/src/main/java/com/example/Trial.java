package com.example;

import io.residua.model.Classifier;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the application, asks it, and ends it: {@code Trial MODEL JPEG LABEL}. */
public final class Trial {
  public static void main(String[] arguments) throws Exception {
    byte[] picture = Files.readAllBytes(Path.of(arguments[1]));
    Classifier classifier;
    try (ConfigurableApplicationContext application =
        SpringApplication.run(
            Labels.class,
            "--server.port=0",
            "--logging.level.root=warn",
            "--spring.main.banner-mode=off",
            "--model=" + arguments[0])) {
      String address =
          "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
      for (String path : new String[] {"/label", "/later"}) {
        HttpResponse<String> answer = post(address + path, picture);
        check(
            answer.statusCode() == 200
                && answer.body().startsWith("{\"label\":\"" + arguments[2] + "\",\"probability\":"),
            path + " answers " + answer.statusCode() + " " + answer.body());
        HttpResponse<String> problem = post(address + path, "no picture".getBytes());
        check(
            problem.statusCode() == 422 && problem.body().startsWith("{\"problem\":\""),
            "what is no picture is answered " + problem.statusCode() + " " + problem.body());
        System.out.println(path + ": " + answer.body() + ", " + problem.body());
      }
      classifier = application.getBean(Classifier.class);
    }
    try {
      classifier.predict(picture);
      check(false, "the classifier is open after the application's end");
    } catch (IllegalStateException e) {
      System.out.println("Java " + Runtime.version().feature() + ": ended; " + e.getMessage());
    }
  }

  private static HttpResponse<String> post(String address, byte[] body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString());
  }

  private static void check(boolean good, String what) {
    if (!good) {
      throw new AssertionError(what);
    }
  }

  private Trial() {}
}
