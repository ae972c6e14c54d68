#!/usr/bin/env bash
# jHDF, the HDF5 reader for Java, carries a simplelogger.properties at the root of its jar: the file by which an application
# configures slf4j-simple. A program that never calls jHDF, and has no such file of its own, logs differently as soon as the
# jar is on its class path: to stdout in place of stderr, where it spoils what a pipe reads. If the program has a file of its
# own, the order of the class path decides, as it does in a directory of jars that is listed by name.
# jhdf 0.13.0 with slf4j-simple 2.0.20, Java 17 and newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.jhdf</groupId><artifactId>jhdf</artifactId><version>0.13.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>2.0.20</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>2.0.20</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=jars
mkdir own
cat >Main.java <<'JAVA'
import org.slf4j.LoggerFactory;

public final class Main {
  public static void main(String[] arguments) {
    LoggerFactory.getLogger("app").info("started");
    System.out.println("result");
  }
}
JAVA
javac -cp "jars/*" -d classes Main.java
printf 'org.slf4j.simpleLogger.defaultLogLevel=warn\n' >own/simplelogger.properties
slf4j=jars/slf4j-api-2.0.20.jar:jars/slf4j-simple-2.0.20.jar

without=$(java -cp "classes:$slf4j" Main 2>/dev/null)
with=$(java -cp "classes:$slf4j:jars/jhdf-0.13.0.jar" Main 2>/dev/null)
own_first=$(java -cp "own:classes:$slf4j:jars/jhdf-0.13.0.jar" Main 2>/dev/null)
own_last=$(java -cp "jars/jhdf-0.13.0.jar:classes:$slf4j:own" Main 2>/dev/null)
echo "stdout without jHDF:                          $without"
echo "stdout with jHDF on the class path:           ${with//$'\n'/ | }"
echo "  a file of one's own before it, level warn:  $own_first"
echo "  the same file behind it:                    ${own_last//$'\n'/ | }"
[ "$without" = result ]
[[ $with == *"INFO app - started"*result ]]
[ "$own_first" = result ]
[[ $own_last == *"INFO app - started"*result ]]
