package io.residua.weights.internal;

import io.residua.weights.internal.TorchGlobals.Storage;
import io.residua.weights.internal.TorchPickle.Tuple;
import io.residua.weights.internal.WeightFile.Format;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: five pickles (a magic number, the protocol, the
 * machine, the object, the keys of the storages), then for each key the number of values and their
 * bytes.
 */
final class TorchLegacy {
  /** The pickle of the magic number 0x1950a86a20f9469cfc6c, after the protocol. */
  private static final byte[] MAGIC = {
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final int PROTOCOL_BYTES = 2;
  private static final long PROTOCOL_VERSION = 1001;

  private final ByteBuffer in;
  private final Map<String, Storage> storages = new LinkedHashMap<>();
  private final Map<List<Object>, Storage> views = new LinkedHashMap<>();

  private TorchLegacy(ByteBuffer in) {
    this.in = in;
  }

  static boolean isOne(ByteBuffer content) {
    if (content.limit() < PROTOCOL_BYTES + MAGIC.length || content.get(0) != (byte) 0x80) {
      return false;
    }
    byte[] start = new byte[MAGIC.length];
    content.get(PROTOCOL_BYTES, start);
    return Arrays.equals(start, MAGIC);
  }

  static WeightFile read(Path path, ByteBuffer content) throws BadWeights {
    TorchLegacy file = new TorchLegacy(content.duplicate());
    Object root = file.objects();
    TorchTensors.Found found = TorchTensors.in(root);
    return new TensorFile(path, content.limit(), Format.TORCH, found.tensors(), found.metadata());
  }

  private Object objects() throws BadWeights {
    in.position(PROTOCOL_BYTES + MAGIC.length);
    if (!Long.valueOf(PROTOCOL_VERSION).equals(plain())) {
      throw new BadWeights("it is of an unknown version of PyTorch's old format");
    }
    boolean big =
        plain() instanceof Map<?, ?> machine && Boolean.FALSE.equals(machine.get("little_endian"));
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Object root = TorchPickle.read(in, this::storage);
    if (!(plain() instanceof List<?> keys)) {
      throw new BadWeights("it is damaged (no list of storages)");
    }
    for (Object key : keys) {
      Storage storage = key instanceof String text ? storages.get(text) : null;
      if (storage == null) {
        throw new BadWeights("it is damaged (a storage that nothing uses)");
      } else if (in.remaining() < Long.BYTES) {
        throw new BadWeights("it is cut short");
      }
      long count = in.order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (count != storage.count() || count < 0 || count > in.remaining() / storage.valueBytes()) {
        throw new BadWeights("it is cut short or damaged (a storage is incomplete)");
      }
      int bytes = (int) (count * storage.valueBytes());
      storage.setBytes(in.slice(in.position(), bytes).order(order));
      in.position(in.position() + bytes);
    }
    return root;
  }

  private Object plain() throws BadWeights {
    return TorchPickle.read(
        in,
        id -> {
          throw TorchPickle.damaged();
        });
  }

  /** {@code ('storage', type, key, device, count, view)}; a view is {@code (key, first, count)}. */
  private Storage storage(Tuple id) {
    List<Object> items = id.items();
    if (items.size() != 5 && items.size() != 6) {
      throw TorchPickle.damaged();
    }
    String key = TorchPickle.string(items.get(2));
    Storage storage =
        storages.computeIfAbsent(
            key,
            k ->
                new Storage(
                    TorchGlobals.storageType(items.get(1)), TorchPickle.number(items.get(4))));
    if (items.size() == 6 && items.get(5) instanceof Tuple view) {
      if (view.items().size() != 3) {
        throw TorchPickle.damaged();
      }
      long first = TorchPickle.number(view.items().get(1));
      long count = TorchPickle.number(view.items().get(2));
      return views.computeIfAbsent(List.of(key, first, count), k -> storage.view(first, count));
    }
    return storage;
  }
}
