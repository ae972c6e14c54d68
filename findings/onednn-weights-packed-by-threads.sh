#!/usr/bin/env bash
# A convolution that is asked for with weights in any layout (format_tag any) may want another one for another number of
# threads: on the kernels for AVX2, the same shape, type and attributes, only OMP_NUM_THREADS differs. Weights that were
# packed once, for instance to be shared by sessions or kept in a file, are then those of one number of threads only; their
# descriptors must be compared, not assumed. oneDNN's guide says to ask each primitive for its layout, but not that threads
# are among what decides. Seen on an AMD EPYC (Zen 3) with 1, 2 and 4 threads: 64 to 64 channels, 1x1, at 56x56 pixels, blocks of
# 16 output channels with one thread, of 32 with two; 2048 to 512 at 7x7 24 and 32. oneDNN 3.11 (org.bytedeco:dnnl 3.11-1.5.13), Java 17 and newer, Linux x86-64.
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
cat >Main.java <<'JAVA'
import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.*;

public final class Main {
  public static void main(String[] arguments) {
    engine cpu = new engine(engine.kind.cpu, 0);
    // Convolutions of a ResNet-50 at 224 px, one picture: channels in, out, kernel, stride, size.
    int[][] shapes = {
      {64, 64, 1, 1, 56}, {64, 64, 3, 1, 56}, {64, 256, 1, 1, 56}, {128, 128, 3, 2, 56}, {256, 512, 1, 2, 56},
      {128, 512, 1, 1, 28}, {256, 256, 3, 1, 14}, {256, 1024, 1, 1, 14}, {512, 2048, 1, 1, 7}, {2048, 512, 1, 1, 7},
      {512, 512, 3, 1, 7}
    };
    for (int[] s : shapes) {
      int out = (s[4] - 1) / s[3] + 1;
      memory.desc source = new memory.desc(new long[] {1, s[0], s[4], s[4]}, memory.data_type.f32, memory.format_tag.nhwc);
      memory.desc weights = new memory.desc(new long[] {s[1], s[0], s[2], s[2]}, memory.data_type.f32, memory.format_tag.any);
      memory.desc bias = new memory.desc(new long[] {s[1]}, memory.data_type.f32, memory.format_tag.a);
      memory.desc result = new memory.desc(new long[] {1, s[1], out, out}, memory.data_type.f32, memory.format_tag.nhwc);
      long[] stride = {s[3], s[3]};
      long[] pad = {s[2] / 2, s[2] / 2};
      long[] padEnd = {s[2] / 2 - (s[3] - 1) * (s[2] / 2 > 0 ? 1 : 0), s[2] / 2 - (s[3] - 1) * (s[2] / 2 > 0 ? 1 : 0)};
      convolution_forward.primitive_desc pd =
          new convolution_forward.primitive_desc(
              cpu, prop_kind.forward_inference, algorithm.convolution_direct, source, weights, bias, result, stride, pad, padEnd);
      memory.desc packed = pd.weights_desc();
      StringBuilder text = new StringBuilder();
      var strides = packed.get_strides();
      for (int i = 0; i < 4; i++) text.append(strides.get(i)).append(' ');
      text.append("inner");
      var blocks = packed.get_inner_blks();
      var at = packed.get_inner_idxs();
      for (int i = 0; i < packed.get_inner_nblks(); i++) text.append(' ').append(blocks.get(i)).append("oihw".charAt((int) at.get(i)));
      System.out.printf("%d->%d %dx%d/%d at %d: %s [%s]%n", s[0], s[1], s[2], s[2], s[3], s[4], text, pd.impl_info_str().getString());
    }
  }
}
JAVA
javac -cp 'jars/*' Main.java
for threads in 1 2 4; do
  OMP_NUM_THREADS=$threads ONEDNN_MAX_CPU_ISA=AVX2 java --enable-native-access=ALL-UNNAMED -cp 'jars/*:.' Main >"$threads.txt" 2>err || { cat err; exit 1; }
done
echo "layouts of the same convolutions, < with 1 thread, > with 2 and then with 4:"
diff 1.txt 2.txt || true
if diff 1.txt 4.txt; then
  echo "not as described: the layouts are the same"
  exit 1
fi
echo "as described"
