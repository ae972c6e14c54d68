package io.residua.weights.internal;

import io.residua.image.Preprocessing;
import io.residua.internal.Text;
import io.residua.weights.internal.PixelChannels.Channel;
import io.residua.weights.internal.PixelChannels.NotDone;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX graph does to a picture's samples before its network's first convolution: it scales
 * and shifts them by constants, one for all channels or one each, and reorders channels. What it
 * takes are samples of 0..255 where it takes whole numbers, or where its constants are of that
 * range; else samples of 0..1, as torchvision's {@code ToTensor} gives them.
 *
 * @param preprocessing the pixels' part of it, with any geometry; empty where the graph does
 *     nothing to them
 * @param problem why it cannot be done here, or empty
 */
record OnnxPixels(Optional<Preprocessing> preprocessing, String problem) {
  /** The graph takes what its network takes. */
  static final OnnxPixels NONE = new OnnxPixels(Optional.empty(), "");

  private static final Set<String> COPIES = Set.of("Identity", "Dropout");
  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div");

  /** Element types of ONNX: those of floating-point numbers. */
  private static final Set<Integer> FLOATS = Set.of(1, 10, 11, 16);

  private static final int MOST_OPERATIONS = 64;
  private static final int DIMENSIONS = 4;
  private static final int COLOURS = 3;
  private static final String PLANES = "NCHW";
  private static final double EPSILON = 1e-5;
  private static final double BYTE = 255;

  /** Means and deviations of samples in 0..1 are not above it, those of 0..255 are. */
  private static final double LARGEST_OF_UNIT = 2;

  /** An operation and the order of the dimensions of what goes into it. */
  private record Step(OnnxGraph.Node op, String layout) {}

  /**
   * Follows a graph back from what its network takes.
   *
   * @param value which is that
   */
  static OnnxPixels of(OnnxTrace trace, String value) {
    try {
      Deque<Step> steps = new ArrayDeque<>();
      String at = value;
      String layout = PLANES;
      for (OnnxGraph.Node op = trace.producer(at); op != null; op = trace.producer(at)) {
        if (steps.size() == MOST_OPERATIONS) {
          throw notDone(op);
        }
        at = op.inputs().get(data(trace, op));
        layout = op.op().equals("Transpose") ? before(op, layout) : layout;
        steps.push(new Step(op, layout));
      }
      List<Channel> channels = PixelChannels.input();
      for (Step step : steps) {
        channels = after(step, channels, trace);
      }
      int type = trace.graph().inputTypes().getOrDefault(at, 1);
      boolean wholeNumbers = !FLOATS.contains(type);
      if (channels.equals(PixelChannels.input()) && !wholeNumbers) {
        return NONE;
      }
      double range = wholeNumbers || channels.stream().anyMatch(OnnxPixels::isOfBytes) ? 1 : BYTE;
      List<Channel> ofBytes =
          channels.stream()
              .map(c -> new Channel(c.source(), c.factor() / range, c.summand()))
              .toList();
      return new OnnxPixels(Optional.of(PixelChannels.asPixels(ofBytes, COLOURS)), "");
    } catch (NotDone e) {
      return new OnnxPixels(Optional.empty(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return new OnnxPixels(Optional.empty(), "its pixels: " + e.getMessage());
    }
  }

  /** Whether the mean or the deviation that a channel is standardised with is none of 0..1. */
  private static boolean isOfBytes(Channel channel) {
    return Math.abs(1 / channel.factor()) > LARGEST_OF_UNIT
        || Math.abs(channel.summand() / channel.factor()) > LARGEST_OF_UNIT;
  }

  private static NotDone notDone(OnnxGraph.Node op) {
    return new NotDone(
        Text.of(
            "its node %s (%s) comes before the network and is not done here",
            OneLine.quoted(
                op.name().isEmpty() && !op.outputs().isEmpty() ? op.outputs().get(0) : op.name()),
            OneLine.of(op.op())));
  }

  /** Which of an operation's inputs the pictures are. */
  private static int data(OnnxTrace trace, OnnxGraph.Node op) throws NotDone {
    boolean second = ARITHMETIC.contains(op.op()) && trace.tensor(op, 0) != null;
    boolean alone = !ARITHMETIC.contains(op.op()) || trace.tensor(op, second ? 0 : 1) != null;
    if (!alone || second && op.inputs().size() != 2) {
      throw notDone(op);
    }
    return second ? 1 : 0;
  }

  /** The order of the dimensions that goes into a transposition. */
  private static String before(OnnxGraph.Node op, String layout) throws NotDone {
    double[] order = op.numbers().getOrDefault("perm", new double[0]);
    char[] in = new char[DIMENSIONS];
    if (order.length != DIMENSIONS) {
      throw notDone(op);
    }
    for (int i = 0; i < DIMENSIONS; i++) {
      if (order[i] < 0 || order[i] >= DIMENSIONS || in[(int) order[i]] != 0) {
        throw notDone(op);
      }
      in[(int) order[i]] = layout.charAt(i);
    }
    return new String(in);
  }

  private static List<Channel> after(Step step, List<Channel> channels, OnnxTrace trace)
      throws NotDone {
    OnnxGraph.Node op = step.op();
    if (COPIES.contains(op.op()) || op.op().equals("Transpose")) {
      return channels;
    }
    return switch (op.op()) {
      case "Cast" -> {
        if (!FLOATS.contains((int) op.number("to", 0))) {
          throw notDone(op);
        }
        yield channels;
      }
      case "Add", "Sub", "Mul", "Div" -> computed(step, channels, trace);
      case "BatchNormalization" -> normalised(step, channels, trace);
      case "Gather" -> gathered(step, channels, trace);
      case "Slice" -> reversed(step, channels, trace);
      default -> throw notDone(op);
    };
  }

  private static List<Channel> computed(Step step, List<Channel> channels, OnnxTrace trace)
      throws NotDone {
    OnnxGraph.Node op = step.op();
    boolean first = trace.tensor(op, 0) != null;
    double[] constant = constant(step, trace.tensor(op, first ? 0 : 1));
    List<Channel> result = new ArrayList<>();
    for (int c = 0; c < channels.size(); c++) {
      double k = constant[constant.length == 1 ? 0 : c];
      Channel x = channels.get(c);
      result.add(
          switch (op.op()) {
            case "Add" -> x.then(1, k);
            case "Mul" -> x.then(k, 0);
            case "Sub" -> first ? x.then(-1, k) : x.then(1, -k);
            default -> {
              if (first) {
                throw notDone(op);
              }
              yield x.then(1 / k, 0);
            }
          });
    }
    return result;
  }

  /** One number for all channels, or one each. */
  private static double[] constant(Step step, @Nullable StoredTensor stored) throws NotDone {
    List<Integer> shape = stored == null ? List.of() : stored.shape();
    double[] values = numbers(stored);
    int channel = DIMENSIONS - step.layout().indexOf('C'); // counted from the last dimension
    boolean each =
        values.length == COLOURS
            && shape.size() >= channel
            && shape.get(shape.size() - channel) == COLOURS;
    if (values.length != 1 && !each || shape.size() > DIMENSIONS) {
      throw notDone(step.op());
    }
    return values;
  }

  /** The values of a small constant; none where it is no such. */
  private static double[] numbers(@Nullable StoredTensor stored) {
    if (stored == null || !stored.problem().isEmpty() || stored.size() > COLOURS) {
      return new double[0];
    }
    float[] floats = stored.floats().toArray();
    double[] values = new double[floats.length];
    Arrays.setAll(values, i -> Double.parseDouble(Float.toString(floats[i])));
    return values;
  }

  private static List<Channel> normalised(Step step, List<Channel> channels, OnnxTrace trace)
      throws NotDone {
    OnnxGraph.Node op = step.op();
    double[][] parameters = new double[4][];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = numbers(trace.tensor(op, i + 1));
      if (parameters[i].length != COLOURS || step.layout().indexOf('C') != 1) {
        throw notDone(op);
      }
    }
    List<Channel> result = new ArrayList<>();
    for (int c = 0; c < channels.size(); c++) {
      double factor =
          parameters[0][c] / Math.sqrt(parameters[3][c] + op.number("epsilon", EPSILON));
      result.add(channels.get(c).then(factor, parameters[1][c] - parameters[2][c] * factor));
    }
    return result;
  }

  private static List<Channel> gathered(Step step, List<Channel> channels, OnnxTrace trace)
      throws NotDone {
    OnnxGraph.Node op = step.op();
    double[] indices = numbers(trace.tensor(op, 1));
    int axis = (int) op.number("axis", 0);
    if (Math.floorMod(axis, DIMENSIONS) != step.layout().indexOf('C')
        || indices.length != COLOURS) {
      throw notDone(op);
    }
    List<Channel> result = new ArrayList<>();
    for (double index : indices) {
      if (index < -COLOURS || index >= COLOURS) {
        throw notDone(op);
      }
      result.add(channels.get(Math.floorMod((int) index, COLOURS)));
    }
    return result;
  }

  private static List<Channel> reversed(Step step, List<Channel> channels, OnnxTrace trace)
      throws NotDone {
    OnnxGraph.Node op = step.op();
    double[] starts = numbers(trace.tensor(op, 1));
    double[] ends = numbers(trace.tensor(op, 2));
    double[] axes = numbers(trace.tensor(op, 3));
    double[] steps = numbers(trace.tensor(op, 4));
    boolean all =
        starts.length == 1
            && ends.length == 1
            && axes.length == 1
            && steps.length == 1
            && Math.floorMod((int) axes[0], DIMENSIONS) == step.layout().indexOf('C')
            && (starts[0] == -1 || starts[0] >= COLOURS - 1)
            && ends[0] < -COLOURS
            && steps[0] == -1;
    if (!all) {
      throw notDone(op);
    }
    List<Channel> result = new ArrayList<>(channels);
    Collections.reverse(result);
    return result;
  }
}
