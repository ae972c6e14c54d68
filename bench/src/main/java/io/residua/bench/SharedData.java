package io.residua.bench;

import java.nio.file.Path;

/** Where real pictures lie, beside the project unless {@code -Dresidua.shared} says otherwise. */
public final class SharedData {
  private SharedData() {}

  /**
   * The folder of photos that pictures for measuring are made of.
   *
   * @param project the project's folder
   */
  public static Path photos(Path project) {
    return of(project).resolve("hymenoptera");
  }

  static Path of(Path project) {
    return Path.of(System.getProperty("residua.shared", project.resolve("../shared").toString()))
        .resolve("data");
  }
}
