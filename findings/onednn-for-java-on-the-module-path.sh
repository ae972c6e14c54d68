#!/usr/bin/env bash
# oneDNN's Java classes (org.bytedeco:dnnl) have a module descriptor that names no other module than JavaCPP's. A module
# that requires org.bytedeco.dnnl compiles, with every jar of it on the module path, and fails when it loads the library:
# the classes name those of OpenCL in an annotation, which Java then looks for in a module that nothing resolved. With
# org.bytedeco.opencl resolved as well the natives are still not found: their jars are modules, too, which no other
# requires. Only all of them together (--add-modules ALL-MODULE-PATH) load; on the class path nothing of it shows.
# dnnl 3.11-1.5.13 with javacpp 1.5.13 and opencl 3.0-1.5.13, Java 17 and newer, Linux x86-64.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.bytedeco</groupId><artifactId>dnnl</artifactId><version>3.11-1.5.13</version></dependency>
    <dependency><groupId>org.bytedeco</groupId><artifactId>dnnl</artifactId><version>3.11-1.5.13</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.bytedeco</groupId><artifactId>javacpp</artifactId><version>1.5.13</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.bytedeco</groupId><artifactId>opencl</artifactId><version>3.0-1.5.13</version><classifier>linux-x86_64</classifier></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=jars
mkdir -p src/try classes
echo 'module attempt { requires org.bytedeco.javacpp; requires org.bytedeco.dnnl; }' >src/module-info.java
cat >src/try/Main.java <<'JAVA'
package attempt;

import org.bytedeco.javacpp.Loader;

public final class Main {
  public static void main(String[] arguments) {
    try {
      Loader.load(org.bytedeco.dnnl.global.dnnl.class);
      System.out.println("loads");
    } catch (Throwable e) {
      while (e.getCause() != null) {
        e = e.getCause();
      }
      System.out.println(e.getMessage().lines().findFirst().orElse("") + " (" + e.getClass().getSimpleName() + ")");
    }
  }
}
JAVA
javac --module-path jars -d classes src/module-info.java src/try/Main.java

path=(--module-path "jars:classes")
on_class_path=$(java -cp "jars/*:classes" attempt.Main)
as_required=$(java "${path[@]}" -m attempt/attempt.Main)
with_opencl=$(java "${path[@]}" --add-modules org.bytedeco.opencl -m attempt/attempt.Main)
with_all=$(java "${path[@]}" --add-modules ALL-MODULE-PATH -m attempt/attempt.Main)
echo "class path:                        $on_class_path"
echo "module path, requires dnnl:        $as_required"
echo "  and org.bytedeco.opencl added:   $with_opencl"
echo "  and every module on it added:    $with_all"
[ "$on_class_path" = loads ]
[[ $as_required == *org.bytedeco.opencl.presets.OpenCL*ClassNotFoundException* ]]
[[ $with_opencl == *jni*UnsatisfiedLinkError* ]]
[ "$with_all" = loads ]
echo "as described"
