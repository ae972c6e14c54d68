name := "colours"
autoScalaLibrary := false
crossPaths := false

resolvers += "staged" at sys.props("staged")
libraryDependencies += "io.residua" % "residua" % sys.props("residua.version")

// The program of the Maven project.
Compile / javaSource := file(sys.props("source"))
