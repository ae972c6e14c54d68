package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OrderedDataType;
import io.jhdf.object.datatype.StringData;
import io.residua.internal.Text;
import io.residua.weights.internal.WeightFile.Format;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Weights in HDF5 as Keras writes them: whole models ({@code model_weights}) and weights alone of
 * Keras 1 and 2, and the {@code layers/…/vars/N} of Keras 3's {@code .weights.h5}. Tensors are
 * named {@code layer/kernel}, {@code layer/moving_variance} and so on, whatever wrote them; an
 * optimizer's are left out.
 */
final class KerasHdf5 {
  private static final int DEEPEST = 16;
  private static final int MOST_NODES = 50_000;
  private static final int MOST_METADATA_CHARS = 200;

  private final long fileBytes;
  private final boolean bfloat16;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, KerasLayer> layers = new HashMap<>();
  private JsonNode json = MissingNode.getInstance();
  private Optional<KerasGraph> graph = Optional.empty();
  private @Nullable KerasFolders folders;
  private int visited;

  private KerasHdf5(long fileBytes, boolean bfloat16) {
    this.fileBytes = fileBytes;
    this.bfloat16 = bfloat16;
  }

  static WeightFile read(Path path, ByteBuffer content) throws BadWeights {
    return read(path, content, content.limit(), Map.of(), "");
  }

  /**
   * Reads HDF5 content.
   *
   * @param size of the whole file
   * @param about what is known of the file besides
   * @param config the model's configuration, JSON; where it is empty, the content may have it
   */
  static WeightFile read(
      Path path, ByteBuffer content, long size, Map<String, String> about, String config)
      throws BadWeights {
    KerasHdf5 reader;
    try {
      reader = read(content, false, config);
    } catch (RuntimeException e) {
      // jHDF reports damage by exceptions of many kinds.
      reader = readAgain(content, config);
    }
    if (reader.tensors.isEmpty()) {
      throw new BadWeights("it holds no weights as Keras saves them");
    }
    Map<String, String> metadata = new LinkedHashMap<>(about);
    metadata.putAll(reader.metadata);
    Optional<KerasModel> model = KerasConfig.read(reader.json, reader.graph, metadata);
    return new TensorFile(path, size, Format.KERAS, reader.tensors, metadata, model);
  }

  private static KerasHdf5 readAgain(ByteBuffer content, String config) throws BadWeights {
    Optional<ByteBuffer> readable = KerasBfloat16.readable(content);
    if (readable.isPresent()) {
      try {
        return read(readable.get(), true, config);
      } catch (RuntimeException e) {
        // the same message for all damage
      }
    }
    throw new BadWeights("it is damaged HDF5 or uses what is not read");
  }

  private static KerasHdf5 read(ByteBuffer content, boolean bfloat16, String config)
      throws BadWeights {
    KerasHdf5 reader = new KerasHdf5(content.limit(), bfloat16);
    reader.json = KerasGraph.json(config);
    reader.graph = KerasGraph.of(reader.json);
    reader.graph.ifPresent(graph -> graph.layers().forEach(l -> reader.layers.put(l.name(), l)));
    try (HdfFile hdf = HdfFile.fromByteBuffer(content.duplicate().order(ByteOrder.LITTLE_ENDIAN))) {
      reader.about(hdf);
      reader.collect(weights(hdf), "", 0);
    }
    return reader;
  }

  /** A whole model's weights lie beside its optimizer's. */
  private static Group weights(HdfFile hdf) {
    return hdf.getChildren().get("model_weights") instanceof Group group ? group : hdf;
  }

  private void about(HdfFile hdf) {
    for (String key : List.of("keras_version", "backend")) {
      for (Group group : List.of(hdf, weights(hdf))) {
        String text = text(group, key);
        if (text != null) {
          metadata.put(key, text);
        }
      }
    }
    String own = whole(hdf, "model_config");
    if (own != null) {
      json = KerasGraph.json(own);
      graph = KerasGraph.of(json);
    }
  }

  private static @Nullable String text(Node node, String attribute) {
    String text = whole(node, attribute);
    return text == null
        ? null
        : OneLine.of(text.substring(0, Math.min(text.length(), MOST_METADATA_CHARS)));
  }

  private static @Nullable String whole(Node node, String attribute) {
    if (!node.getAttributes().containsKey(attribute)) {
      return null;
    }
    Attribute found = node.getAttribute(attribute);
    return found.isScalar() && found.getData() instanceof String text ? text : null;
  }

  private void collect(Group group, String path, int depth) throws BadWeights {
    if (depth > DEEPEST) {
      throw new BadWeights("it is nested too deeply");
    }
    Map<String, StoredTensor> own = new LinkedHashMap<>();
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      if (++visited > MOST_NODES) {
        throw new BadWeights(Text.of("it has more than %,d parts", MOST_NODES));
      }
      String name = child.getKey();
      String childPath = path.isEmpty() ? name : path + "/" + name;
      boolean optimizer = depth == 0 && name.startsWith("optimizer");
      if (child.getValue() instanceof Dataset data) {
        stored(path, name, data).ifPresent(tensor -> own.put(name, tensor));
      } else if (child.getValue() instanceof Group inner && !optimizer && !isRandomState(name)) {
        collect(inner, childPath, depth + 1);
      }
    }
    name(own, group, path.isEmpty() ? new String[0] : path.split("/"));
  }

  /** Made where a file needs it: most say themselves of which layers their folders are. */
  private KerasFolders folders() {
    KerasFolders made = folders == null ? KerasFolders.of(json) : folders;
    folders = made;
    return made;
  }

  /** Dropout and augmentation keep the state of their random numbers. */
  private static boolean isRandomState(String folder) {
    return folder.equals("seed_generator") || folder.startsWith("seed_generator_");
  }

  /**
   * Takes tensors as {@code layer/kind}: the layer is the folder that they are in, or for Keras 3
   * the name that the folder {@code vars} carries.
   */
  private void name(Map<String, StoredTensor> own, Group folder, String[] path) throws BadWeights {
    if (own.isEmpty()) {
      return;
    }
    String last = path.length == 0 ? "" : path[path.length - 1];
    if (last.equals("vars") && path.length > 1) {
      String kind = path[path.length - 2];
      String named = text(folder, "name");
      String layer = named == null ? folders().name(path, kind) : named;
      for (var e : new KerasVariables(own, layers.get(layer), kind).named().entrySet()) {
        put(layer, e.getKey(), e.getValue(), path);
      }
      return;
    }
    for (var e : own.entrySet()) {
      put(last, last.isEmpty() ? e.getKey() : KerasNames.kind(e.getKey()), e.getValue(), path);
    }
  }

  /** Layers of models within a model may have the same names; all but the first tell the path. */
  private void put(String layer, String kind, StoredTensor tensor, String[] path)
      throws BadWeights {
    String name = layer.isEmpty() ? kind : layer + "/" + kind;
    String unique = tensors.containsKey(name) ? String.join("/", path) + "/" + kind : name;
    if (tensors.put(unique, tensor) != null) {
      throw new BadWeights("two tensors are called " + OneLine.quoted(unique));
    }
  }

  /** A dataset as it lies in the file; empty for texts and the like. */
  private Optional<StoredTensor> stored(String path, String variable, Dataset data)
      throws BadWeights {
    String name = path.substring(path.lastIndexOf('/') + 1) + "/" + KerasNames.kind(variable);
    DType dtype = dtype(data.getDataType());
    if (dtype == null) {
      return Optional.empty();
    }
    List<Integer> shape = new ArrayList<>();
    long bytes = dtype.bytes();
    for (int size : data.getDimensions()) {
      shape.add(size);
      bytes = size < 0 ? Long.MAX_VALUE : multiplied(bytes, size);
    }
    if (bytes > fileBytes) {
      throw new BadWeights(
          Text.of(
              "%s is packed or goes beyond the file; save it without compression",
              OneLine.quoted(name)));
    }
    ByteBuffer content = bytes == 0 ? ByteBuffer.allocate(0) : content(data, name);
    ByteOrder order =
        data.getDataType() instanceof OrderedDataType ordered
            ? ordered.getByteOrder()
            : ByteOrder.LITTLE_ENDIAN;
    return Optional.of(StoredTensor.contiguous(dtype, shape, content.order(order)));
  }

  private static long multiplied(long a, int b) {
    return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
  }

  private static ByteBuffer content(Dataset data, String name) throws BadWeights {
    if (data instanceof ContiguousDataset contiguous) {
      return contiguous.getBuffer();
    }
    throw new BadWeights(
        Text.of("%s is stored in chunks; save it without compression", OneLine.quoted(name)));
  }

  private @Nullable DType dtype(DataType type) {
    int bytes = type.getSize();
    if (bfloat16 && type instanceof StringData && bytes == DType.BF16.bytes()) {
      return DType.BF16;
    } else if (type instanceof FloatingPoint) {
      return switch (bytes) {
        case 2 -> DType.F16;
        case 4 -> DType.F32;
        case 8 -> DType.F64;
        default -> null;
      };
    } else if (type instanceof FixedPoint fixed) {
      boolean signed = fixed.isSigned();
      return switch (bytes) {
        case 1 -> signed ? DType.I8 : DType.U8;
        case 2 -> signed ? DType.I16 : DType.U16;
        case 4 -> signed ? DType.I32 : DType.U32;
        case 8 -> signed ? DType.I64 : DType.U64;
        default -> null;
      };
    }
    return null;
  }
}
