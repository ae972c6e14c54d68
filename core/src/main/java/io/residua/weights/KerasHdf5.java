package io.residua.weights;

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
import io.residua.Text;
import io.residua.weights.WeightFile.Format;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Variables of Keras 3's layers by their number, by how many there are. */
  private static final Map<Integer, List<String>> VARIABLES =
      Map.of(
          1, List.of("kernel"),
          2, List.of("kernel", "bias"),
          4, List.of("gamma", "beta", "moving_mean", "moving_variance"));

  private final long fileBytes;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private int visited;

  private KerasHdf5(long fileBytes) {
    this.fileBytes = fileBytes;
  }

  static WeightFile read(Path path, ByteBuffer content) throws BadWeights {
    return read(path, content, content.limit(), Map.of());
  }

  /**
   * Reads HDF5 content.
   *
   * @param size of the whole file
   * @param about what is known of the file besides
   */
  static WeightFile read(Path path, ByteBuffer content, long size, Map<String, String> about)
      throws BadWeights {
    KerasHdf5 reader = new KerasHdf5(content.limit());
    try (HdfFile hdf = HdfFile.fromByteBuffer(content.duplicate().order(ByteOrder.LITTLE_ENDIAN))) {
      reader.about(hdf);
      reader.collect(weights(hdf), "", 0);
    } catch (RuntimeException e) {
      // jHDF reports damage by exceptions of many kinds.
      throw new BadWeights("it is damaged HDF5 or uses what is not read");
    }
    if (reader.tensors.isEmpty()) {
      throw new BadWeights("it holds no weights as Keras saves them");
    }
    Map<String, String> metadata = new LinkedHashMap<>(about);
    metadata.putAll(reader.metadata);
    return new TensorFile(path, size, Format.KERAS, reader.tensors, metadata);
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
    String config = whole(hdf, "model_config");
    if (config != null) {
      LastActivation.ofKeras(config).ifPresent(a -> metadata.put(LastActivation.KEY, a));
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
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      if (++visited > MOST_NODES) {
        throw new BadWeights(Text.of("it has more than %,d parts", MOST_NODES));
      }
      String name = child.getKey();
      String childPath = path.isEmpty() ? name : path + "/" + name;
      boolean optimizer = depth == 0 && name.startsWith("optimizer");
      if (child.getValue() instanceof Dataset data) {
        add(tensorName(childPath, group), data);
      } else if (child.getValue() instanceof Group inner && !optimizer) {
        collect(inner, childPath, depth + 1);
      }
    }
  }

  /**
   * {@code layer/kind}: the layer is the folder next to the tensor, or for Keras 3 the name that
   * the folder {@code vars} carries.
   */
  private static String tensorName(String path, Group folder) {
    String[] parts = path.split("/");
    if (parts.length < 2) {
      return path;
    }
    String leaf = parts[parts.length - 1];
    String layer = parts[parts.length - 2];
    if (layer.equals("vars") && parts.length > 2) {
      String own = text(folder, "name");
      layer = own == null ? parts[parts.length - 3] : own;
      List<String> kinds = VARIABLES.getOrDefault(folder.getChildren().size(), List.of());
      for (int i = 0; i < kinds.size(); i++) {
        if (leaf.equals(Integer.toString(i))) {
          return layer + "/" + kinds.get(i);
        }
      }
    }
    return layer + "/" + KerasNames.kind(leaf);
  }

  private void add(String name, Dataset data) throws BadWeights {
    DType dtype = dtype(data.getDataType());
    if (dtype == null) {
      return; // texts and the like
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
    OrderedDataType ordered = (OrderedDataType) data.getDataType();
    StoredTensor tensor =
        StoredTensor.contiguous(dtype, shape, content.order(ordered.getByteOrder()));
    if (tensors.put(name, tensor) != null) {
      throw new BadWeights("two tensors are called " + OneLine.quoted(name));
    }
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

  private static @Nullable DType dtype(DataType type) {
    int bytes = type.getSize();
    if (type instanceof FloatingPoint) {
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
