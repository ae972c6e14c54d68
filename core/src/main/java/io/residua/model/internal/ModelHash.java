package io.residua.model.internal;

import io.residua.internal.Sha256;
import io.residua.model.ModelFile;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** SHA-256 of what answers depend on, 64 hexadecimal digits. */
public final class ModelHash {
  private ModelHash() {}

  /** Over name, shape and values of some tensors, one after the other. */
  static String ofTensors(Collection<String> names, WeightMap weights) {
    StringBuilder all = new StringBuilder();
    for (String name : names) {
      FloatTensor tensor = weights.get(name);
      all.append(name).append(tensor.shape()).append(ofTensor(tensor)).append('\n');
    }
    return of(all.toString());
  }

  /** Over a tensor's values, as 32-bit floats, the high byte first. */
  public static String ofTensor(FloatTensor tensor) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(tensor.data().remaining(), 4));
    bytes.asFloatBuffer().put(tensor.data());
    return Sha256.of(bytes.array());
  }

  /** Over a classifier's networks, how each prepares pictures and decides, and the precision. */
  public static String of(List<Member> members, String precision) {
    StringBuilder all = new StringBuilder(precision);
    for (Member member : members) {
      ModelFile model = member.model();
      model.metadata().entrySet().stream()
          .filter(e -> !e.getKey().equals("metrics") && !e.getKey().equals("provenance"))
          .sorted(Map.Entry.comparingByKey())
          .forEach(e -> all.append('\n').append(e));
      WeightMap tensors = model.tensors();
      all.append('\n').append(ofTensors(new TreeSet<>(tensors.names()), tensors));
      all.append('\n').append(member.augmentation().label());
    }
    return of(all.toString());
  }

  private static String of(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
