package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.weights.internal.PythonValues.Kind;
import io.residua.weights.internal.PythonValues.Named;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of Python's that checkpoints of common tools use besides tensors: plain values of the
 * standard library and numpy, and configurations. A name is here because such a file was seen to
 * ask for it; all others are refused, whatever they are.
 */
final class PythonNames {
  /** Classes whose methods stand in checkpoints, by {@code getattr}, as pickles name methods. */
  private static final Set<String> NAMED_METHODS =
      Set.of(
          "mmengine.logging.history_buffer.HistoryBuffer",
          "torch.optim.lr_scheduler.OneCycleLR",
          "torch.optim.lr_scheduler.CyclicLR");

  /** Lightning's callbacks, which older files have as keys. */
  private static final Pattern CALLBACK =
      Pattern.compile(
          "(?:pytorch_lightning|lightning\\.pytorch)\\.callbacks\\.[a-z_.]+\\.[A-Z]\\w*");

  private static final Map<String, Kind> KINDS = kinds();

  private PythonNames() {}

  static Optional<Named> find(String name) {
    Kind kind = CALLBACK.matcher(name).matches() ? Kind.CLASS : KINDS.get(name);
    return Optional.ofNullable(kind).map(k -> new Named(name, k));
  }

  static boolean hasNamedMethods(String name) {
    return NAMED_METHODS.contains(name);
  }

  /** One line about a name that is not allowed. */
  static String refusal(String name) {
    return Text.of(
        "it asks for %s, which is no part of weights; nothing of it was run; where the file is"
            + " yours, save the weights alone: torch.save(model.state_dict(), FILE)",
        OneLine.of(name));
  }

  private static Map<String, Kind> kinds() {
    Map<String, Kind> all = new HashMap<>();
    for (String builtins : new String[] {"builtins", "__builtin__"}) {
      put(
          all,
          Kind.CLASS,
          builtins,
          "int long float complex bool str unicode slice range xrange object type tuple"
              + " Ellipsis NotImplemented");
      put(all, Kind.DICTIONARY, builtins, "dict");
      put(all, Kind.LIST, builtins, "list set frozenset");
      put(all, Kind.BYTES, builtins, "bytes bytearray");
      put(all, Kind.ATTRIBUTE, builtins, "getattr");
    }
    put(all, Kind.BYTES, "_codecs", "encode");
    put(all, Kind.CLASS, "argparse", "Namespace");
    put(all, Kind.CLASS, "types", "SimpleNamespace");
    put(all, Kind.CLASS, "typing", "Any");
    put(all, Kind.CLASS, "decimal", "Decimal");
    put(all, Kind.CLASS, "fractions", "Fraction");
    put(all, Kind.CLASS, "uuid", "UUID");
    put(all, Kind.CLASS, "datetime", "datetime date time timedelta timezone");
    put(all, Kind.DICTIONARY, "collections", "Counter defaultdict ChainMap");
    put(all, Kind.LIST, "collections", "deque");
    for (String pathlib : new String[] {"pathlib", "pathlib._local"}) {
      put(
          all,
          Kind.CLASS,
          pathlib,
          "Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath");
    }
    putNumpy(all);
    putTorch(all);
    putTools(all);
    return all;
  }

  private static void putNumpy(Map<String, Kind> all) {
    put(all, Kind.NUMPY_TYPE, "numpy", "dtype");
    put(
        all,
        Kind.CLASS,
        "numpy",
        "ndarray bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32"
            + " float64 complex64 complex128 str_ bytes_");
    for (String type : "Bool Int8 Int16 Int32 Int64 UInt8 Float16 Float32 Float64".split(" ")) {
      put(all, Kind.CLASS, "numpy.dtypes", type + "DType");
    }
    for (String core : new String[] {"numpy.core", "numpy._core"}) {
      put(all, Kind.NUMPY_NUMBER, core + ".multiarray", "scalar");
      put(all, Kind.FUNCTION, core + ".multiarray", "_reconstruct");
      put(all, Kind.FUNCTION, core + ".numeric", "_frombuffer");
    }
    put(
        all,
        Kind.FUNCTION,
        "numpy.random._pickle",
        "__generator_ctor __bit_generator_ctor __randomstate_ctor");
    put(all, Kind.FUNCTION, "numpy.random.bit_generator", "__pyx_unpickle_SeedSequence");
    put(all, Kind.CLASS, "numpy.random.bit_generator", "SeedSequence");
    put(all, Kind.CLASS, "numpy.random._mt19937", "MT19937");
    put(all, Kind.CLASS, "numpy.random._pcg64", "PCG64 PCG64DXSM");
    put(all, Kind.CLASS, "numpy.random._philox", "Philox");
    put(all, Kind.CLASS, "numpy.random._sfc64", "SFC64");
  }

  private static void putTorch(Map<String, Kind> all) {
    put(all, Kind.TEXT, "torch.torch_version", "TorchVersion");
    put(
        all,
        Kind.CLASS,
        "torch",
        "Tensor strided contiguous_format channels_last preserve_format per_tensor_affine"
            + " per_channel_affine");
    put(all, Kind.CLASS, "torch.nn.parameter", "Parameter Buffer");
    put(all, Kind.CLASS, "torch.optim.lr_scheduler", "OneCycleLR CyclicLR");
    put(all, Kind.CLASS, "torchvision.tv_tensors._image", "Image");
    put(all, Kind.FUNCTION, "torch.serialization", "_get_layout");
    put(
        all,
        Kind.FUNCTION,
        "torch._utils",
        "_rebuild_sparse_tensor _rebuild_qtensor _rebuild_meta_tensor_no_storage"
            + " _rebuild_device_tensor_from_numpy");
  }

  private static void putTools(Map<String, Kind> all) {
    put(all, Kind.CLASS, "fastcore.foundation", "L");
    put(all, Kind.DICTIONARY, "pytorch_lightning.utilities.parsing", "AttributeDict");
    put(all, Kind.DICTIONARY, "lightning.pytorch.utilities.parsing", "AttributeDict");
    put(all, Kind.DICTIONARY, "lightning_fabric.utilities.data", "AttributeDict");
    put(all, Kind.DICTIONARY, "lightning.fabric.utilities.data", "AttributeDict");
    put(all, Kind.CLASS, "omegaconf.dictconfig", "DictConfig");
    put(all, Kind.CLASS, "omegaconf.listconfig", "ListConfig");
    put(all, Kind.CLASS, "omegaconf.base", "ContainerMetadata Metadata");
    put(
        all,
        Kind.CLASS,
        "omegaconf.nodes",
        "AnyNode BooleanNode BytesNode EnumNode FloatNode IntegerNode PathNode StringNode"
            + " InterpolationResultNode");
    put(all, Kind.DICTIONARY, "yacs.config", "CfgNode");
    put(all, Kind.DICTIONARY, "easydict", "EasyDict");
    put(all, Kind.DICTIONARY, "addict.addict", "Dict");
    put(all, Kind.DICTIONARY, "mmengine.config.config", "ConfigDict");
    put(all, Kind.DICTIONARY, "mmcv.utils.config", "ConfigDict");
    put(all, Kind.CLASS, "mmengine.logging.history_buffer", "HistoryBuffer");
  }

  private static void put(Map<String, Kind> all, Kind kind, String module, String names) {
    for (String name : names.split(" ")) {
      all.put(module + "." + name, kind);
    }
  }
}
