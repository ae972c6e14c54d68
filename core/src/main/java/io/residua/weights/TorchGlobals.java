package io.residua.weights;

import io.residua.Text;
import io.residua.weights.TorchPickle.Refused;
import io.residua.weights.TorchPickle.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The only names of Python's that a weight file may use, and what stands for each of them here. */
final class TorchGlobals {

  /** The type of a storage, such as {@code torch.FloatStorage}; null where it is only bytes. */
  record StorageType(@Nullable DType dtype) {}

  /** Values in the file that tensors are views of; the bytes may be filled in later. */
  static final class Storage {
    private final StorageType type;
    private final long count;
    private @Nullable ByteBuffer bytes;
    private final List<Storage> views = new ArrayList<>();
    private long offset;

    /**
     * @param count number of values, or of bytes where the type is only bytes
     */
    Storage(StorageType type, long count) {
      this.type = type;
      this.count = count;
    }

    long count() {
      return count;
    }

    int valueBytes() {
      DType dtype = type.dtype();
      return dtype == null ? 1 : dtype.bytes();
    }

    void setBytes(ByteBuffer all) {
      bytes = all;
      for (Storage view : views) {
        long first = view.offset * valueBytes();
        long size = view.count * valueBytes();
        if (first >= 0 && size >= 0 && first <= all.limit() - size) {
          view.setBytes(all.slice((int) first, (int) size).order(all.order()));
        }
      }
    }

    /** A part of this storage, as old PyTorch saved views. */
    Storage view(long first, long size) {
      Storage view = new Storage(type, size);
      view.offset = first;
      views.add(view);
      return view;
    }
  }

  /** A tensor whose bytes may not be known yet. */
  record Tensor(
      Storage storage, DType dtype, long offset, List<Integer> shape, List<Long> strides) {
    /** The tensor with its bytes. */
    StoredTensor stored() throws BadWeights {
      ByteBuffer bytes = storage.bytes;
      if (bytes == null) {
        throw new BadWeights("it is cut short or damaged (a tensor's values are missing)");
      }
      return new StoredTensor(dtype, shape, bytes, offset, strides);
    }
  }

  /** A plain value of PyTorch's, such as {@code torch.float32}. */
  private record TensorType(DType dtype) {}

  private enum Call {
    ORDERED_DICT,
    TUPLE,
    DEVICE,
    PARAMETER,
    TENSOR,
    TENSOR_V2,
    TENSOR_V3
  }

  private static final Map<String, Object> ALLOWED = allowed();

  private TorchGlobals() {}

  private static Map<String, Object> allowed() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("collections.OrderedDict", Call.ORDERED_DICT);
    all.put("torch.Size", Call.TUPLE);
    all.put("torch.device", Call.DEVICE);
    all.put("torch._utils._rebuild_tensor", Call.TENSOR);
    all.put("torch._utils._rebuild_tensor_v2", Call.TENSOR_V2);
    all.put("torch._utils._rebuild_tensor_v3", Call.TENSOR_V3);
    all.put("torch._utils._rebuild_parameter", Call.PARAMETER);
    types("Double", "float64", "double", DType.F64, all);
    types("Float", "float32", "float", DType.F32, all);
    types("Half", "float16", "half", DType.F16, all);
    types("BFloat16", "bfloat16", "bfloat16", DType.BF16, all);
    types("Long", "int64", "long", DType.I64, all);
    types("Int", "int32", "int", DType.I32, all);
    types("Short", "int16", "short", DType.I16, all);
    types("Char", "int8", "int8", DType.I8, all);
    types("Byte", "uint8", "uint8", DType.U8, all);
    types("Bool", "bool", "bool", DType.BOOL, all);
    all.put("torch.uint16", new TensorType(DType.U16));
    all.put("torch.uint32", new TensorType(DType.U32));
    all.put("torch.uint64", new TensorType(DType.U64));
    all.put("torch.storage.UntypedStorage", new StorageType(null));
    return all;
  }

  private static void types(
      String storage, String name, String alias, DType dtype, Map<String, Object> all) {
    all.put(Text.of("torch.%sStorage", storage), new StorageType(dtype));
    all.put(Text.of("torch.cuda.%sStorage", storage), new StorageType(dtype));
    all.put("torch." + name, new TensorType(dtype));
    all.put("torch." + alias, new TensorType(dtype));
  }

  /** What stands for a name; one that is not allowed is refused by name. */
  static Object named(String module, String name) {
    String global = module + "." + name;
    Object value = ALLOWED.get(global);
    if (value == null) {
      throw new Refused(
          Text.of(
              "it asks for %s, which is no part of weights; nothing of it was run",
              OneLine.of(global)));
    }
    return value;
  }

  /** What a call of an allowed function gives. */
  static Object call(Object function, Tuple arguments) {
    if (!(function instanceof Call call)) {
      throw TorchPickle.damaged();
    }
    List<Object> a = arguments.items();
    return switch (call) {
      case ORDERED_DICT -> orderedDict(a);
      case TUPLE -> TorchPickle.tuple(item(a, 0));
      case DEVICE -> TorchPickle.string(item(a, 0));
      case PARAMETER -> tensor(item(a, 0));
      case TENSOR, TENSOR_V2 -> {
        Storage storage = storage(item(a, 0));
        DType dtype = storage.type.dtype();
        if (dtype == null) {
          throw TorchPickle.damaged();
        }
        yield rebuilt(storage, dtype, a);
      }
      case TENSOR_V3 -> {
        if (!(item(a, 6) instanceof TensorType type)) {
          throw TorchPickle.damaged();
        }
        yield rebuilt(storage(item(a, 0)), type.dtype(), a);
      }
    };
  }

  /** Empty, or from a list of pairs. */
  private static Map<Object, Object> orderedDict(List<Object> arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      if (!(arguments.get(0) instanceof List<?> pairs)) {
        throw TorchPickle.damaged();
      }
      for (Object pair : pairs) {
        List<?> items = pair instanceof List<?> l ? l : TorchPickle.tuple(pair).items();
        if (items.size() != 2 || !(items.get(0) instanceof String key)) {
          throw TorchPickle.damaged();
        }
        map.put(key, items.get(1));
      }
    }
    return map;
  }

  private static Tensor rebuilt(Storage storage, DType dtype, List<Object> arguments) {
    long offset = TorchPickle.number(item(arguments, 1));
    List<Integer> shape = new ArrayList<>();
    for (Object size : TorchPickle.tuple(item(arguments, 2)).items()) {
      long value = TorchPickle.number(size);
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new Refused("it is damaged (a tensor has an impossible shape)");
      }
      shape.add((int) value);
    }
    List<Long> strides = new ArrayList<>();
    for (Object stride : TorchPickle.tuple(item(arguments, 3)).items()) {
      strides.add(TorchPickle.number(stride));
    }
    return new Tensor(storage, dtype, offset, shape, strides);
  }

  private static Object item(List<Object> arguments, int index) {
    if (index >= arguments.size()) {
      throw TorchPickle.damaged();
    }
    return arguments.get(index);
  }

  static StorageType storageType(Object value) {
    if (value instanceof StorageType type) {
      return type;
    }
    throw TorchPickle.damaged();
  }

  private static Storage storage(Object value) {
    if (value instanceof Storage storage) {
      return storage;
    }
    throw TorchPickle.damaged();
  }

  private static Tensor tensor(Object value) {
    if (value instanceof Tensor tensor) {
      return tensor;
    }
    throw TorchPickle.damaged();
  }
}
