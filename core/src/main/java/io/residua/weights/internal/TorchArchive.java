package io.residua.weights.internal;

import io.residua.weights.internal.TorchGlobals.Storage;
import io.residua.weights.internal.TorchGlobals.StorageType;
import io.residua.weights.internal.TorchPickle.Tuple;
import io.residua.weights.internal.WeightFile.Format;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code torch.save} writes since PyTorch 1.6: a zip archive with the pickle {@code data.pkl}
 * and a file {@code data/KEY} for each storage, in a folder of any name.
 */
final class TorchArchive {
  private static final String PICKLE = "data.pkl";

  private TorchArchive() {}

  static WeightFile read(Path path, long size, Map<String, ByteBuffer> entries) throws BadWeights {
    String pickle =
        entries.keySet().stream()
            .filter(n -> n.equals(PICKLE) || n.endsWith("/" + PICKLE))
            .min((a, b) -> Integer.compare(a.length(), b.length()))
            .orElseThrow(
                () -> new BadWeights("it is a zip archive that is neither PyTorch's nor Keras'"));
    String folder = pickle.substring(0, pickle.length() - PICKLE.length());
    if (entries.containsKey(folder + "constants.pkl")) {
      throw new BadWeights(
          "it is a TorchScript program, not weights; save its state_dict with torch.save");
    }
    ByteOrder order = order(entries.get(folder + "byteorder"));
    Map<String, Storage> storages = new HashMap<>();
    ByteBuffer program = content(entries, pickle);
    Object root =
        TorchPickle.read(program, id -> storage(id, folder + "data/", entries, order, storages));
    TorchTensors.Found found = TorchTensors.in(root);
    return new TensorFile(path, size, Format.TORCH, found.tensors(), found.metadata());
  }

  private static ByteBuffer content(Map<String, ByteBuffer> entries, String name)
      throws BadWeights {
    ByteBuffer content = entries.get(name);
    if (content == null) {
      throw new BadWeights("it has no " + name);
    }
    return content.duplicate();
  }

  private static ByteOrder order(@Nullable ByteBuffer mark) {
    boolean big =
        mark != null && StandardCharsets.US_ASCII.decode(mark.duplicate()).toString().equals("big");
    return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** {@code ('storage', type, key, device, count)}. */
  private static Storage storage(
      Tuple id,
      String folder,
      Map<String, ByteBuffer> entries,
      ByteOrder order,
      Map<String, Storage> storages) {
    List<Object> items = id.items();
    if (items.size() != 5) {
      throw TorchPickle.damaged();
    }
    StorageType type = TorchGlobals.storageType(items.get(1));
    String key = TorchPickle.string(items.get(2));
    return storages.computeIfAbsent(
        key,
        k -> {
          Storage storage = new Storage(type, TorchPickle.number(items.get(4)));
          ByteBuffer bytes = entries.get(folder + k);
          if (bytes != null) {
            storage.setBytes(bytes.duplicate().order(order));
          }
          return storage;
        });
  }
}
