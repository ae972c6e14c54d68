package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.weights.internal.PythonValues.Inert;
import io.residua.weights.internal.PythonValues.Named;
import io.residua.weights.internal.TorchPickle.Refused;
import io.residua.weights.internal.TorchPickle.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The only names of Python's that a weight file may use, and what stands for each of them here. */
final class TorchGlobals {

  /**
   * The type of a storage, such as {@code torch.FloatStorage}; null where it is only bytes, or of
   * values that are not computed in.
   */
  record StorageType(@Nullable DType dtype, int valueBytes) {}

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
      return type.valueBytes();
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

  /** A type of tensors, such as {@code torch.float32}; null where it is not computed in. */
  private record TensorType(@Nullable DType dtype) {}

  private enum Call {
    ORDERED_DICT,
    TUPLE,
    DEVICE,
    PARAMETER,
    TENSOR,
    TENSOR_V2,
    TENSOR_V3,
    TENSOR_OF_TYPE
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
    all.put("torch._utils._rebuild_parameter_with_state", Call.PARAMETER);
    all.put("torch._tensor._rebuild_from_type_v2", Call.TENSOR_OF_TYPE);
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
    all.put("torch.complex64", new TensorType(DType.C64));
    all.put("torch.float8_e4m3fn", new TensorType(DType.F8_E4M3));
    all.put("torch.float8_e5m2", new TensorType(DType.F8_E5M2));
    all.put("torch.float8_e4m3fnuz", new TensorType(DType.F8_E4M3FNUZ));
    all.put("torch.float8_e5m2fnuz", new TensorType(DType.F8_E5M2FNUZ));
    all.put("torch.float8_e8m0fnu", new TensorType(DType.F8_E8M0));
    all.put("torch.ComplexFloatStorage", new StorageType(DType.C64, DType.C64.bytes()));
    for (String other : List.of("complex32", "complex128", "qint8", "quint8", "qint32")) {
      all.put("torch." + other, new TensorType(null));
    }
    Map.of("ComplexDouble", 16, "QInt8", 1, "QUInt8", 1, "QInt32", 4)
        .forEach(
            (name, bytes) ->
                all.put(Text.of("torch.%sStorage", name), new StorageType(null, bytes)));
    all.put("torch.storage.UntypedStorage", new StorageType(null, 1));
    return all;
  }

  private static void types(
      String storage, String name, String alias, DType dtype, Map<String, Object> all) {
    all.put(Text.of("torch.%sStorage", storage), new StorageType(dtype, dtype.bytes()));
    all.put(Text.of("torch.cuda.%sStorage", storage), new StorageType(dtype, dtype.bytes()));
    all.put("torch." + name, new TensorType(dtype));
    all.put("torch." + alias, new TensorType(dtype));
  }

  /** What stands for a name; one that is not allowed is refused by name. */
  static Object named(String module, String name) {
    String global = module + "." + name;
    Object value = ALLOWED.get(global);
    return value != null
        ? value
        : PythonNames.find(global).orElseThrow(() -> new Refused(PythonNames.refusal(global)));
  }

  /** What a call of an allowed function gives. */
  static Object call(Object function, Tuple arguments) {
    if (function instanceof Named named) {
      return PythonValues.made(named, arguments.items());
    } else if (function instanceof Call call) {
      return call(call, arguments.items());
    }
    throw TorchPickle.damaged();
  }

  private static Object call(Call call, List<Object> a) {
    return switch (call) {
      case ORDERED_DICT -> orderedDict(a);
      case TUPLE -> TorchPickle.tuple(item(a, 0));
      case DEVICE -> TorchPickle.string(item(a, 0));
      case PARAMETER -> item(a, 0) instanceof Inert other ? other : tensor(item(a, 0));
      case TENSOR, TENSOR_V2 -> {
        Storage storage = storage(item(a, 0));
        yield rebuilt(storage, storage.type.dtype(), a);
      }
      case TENSOR_V3 -> {
        if (!(item(a, 6) instanceof TensorType type)) {
          throw TorchPickle.damaged();
        }
        yield rebuilt(storage(item(a, 0)), type.dtype(), a);
      }
      case TENSOR_OF_TYPE -> {
        if (!(item(a, 0) instanceof Call inner) || inner == Call.TENSOR_OF_TYPE) {
          throw TorchPickle.damaged();
        }
        yield call(inner, TorchPickle.tuple(item(a, 2)).items());
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
        if (items.size() != 2) {
          throw TorchPickle.damaged();
        }
        map.put(TorchPickle.key(items.get(0)), items.get(1));
      }
    }
    return map;
  }

  private static Object rebuilt(Storage storage, @Nullable DType dtype, List<Object> arguments) {
    if (dtype == null) {
      return new Inert("a tensor of another type");
    }
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
