package io.residua.export.internal;

import io.residua.Progress;
import io.residua.engine.onednn.ProcessEnvironment;
import io.residua.internal.Text;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime's Java library, which is no part of this program: its one jar, some hundred
 * megabytes, is taken from the class path or from the user's folder of libraries, and called by
 * reflection.
 */
final class OnnxRuntime {
  private static final String PACKAGE = "ai.onnxruntime.";
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  private final ClassLoader loader;

  private OnnxRuntime(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * The library on the class path, else the jar in a folder, fetched if need be.
   *
   * @throws ExportException that says which file to put where, if there is none
   */
  static OnnxRuntime find(OnnxRuntimeJar jar, Progress progress, boolean offline) {
    ClassLoader own = OnnxRuntime.class.getClassLoader();
    return isIn(own) ? new OnnxRuntime(own) : of(jar.get(progress, offline));
  }

  private static boolean isIn(ClassLoader loader) {
    try {
      Class.forName(PACKAGE + "OrtEnvironment", false, loader);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The library in a jar, whatever the class path has. */
  static OnnxRuntime of(Path jar) {
    try {
      ClassLoader loader =
          new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
      if (isIn(loader)) {
        return new OnnxRuntime(loader);
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
    throw new ExportException(jar + ": it is not ONNX Runtime's jar, or damaged");
  }

  /** An open model. */
  final class Session implements AutoCloseable {
    private final Object environment;
    private final Object session;

    private Session(Object environment, Object session) {
      this.environment = environment;
      this.session = session;
    }

    /** Text by key, as the file has it. */
    @SuppressWarnings("unchecked")
    Map<String, String> metadata() {
      Object metadata = call("OrtSession", session, "getMetadata");
      return (Map<String, String>) call("OnnxModelMetadata", metadata, "getCustomMetadata");
    }

    /** Names of the model's inputs. */
    Iterable<?> inputs() {
      return (Iterable<?>) call("OrtSession", session, "getInputNames");
    }

    /** Runs the model on floats. */
    Result run(String input, FloatBuffer values, long... shape) {
      Class<?>[] types = {type("OrtEnvironment"), FloatBuffer.class, long[].class};
      Object tensor = call("OnnxTensor", null, "createTensor", types, environment, values, shape);
      return run(input, tensor);
    }

    /** Runs the model on unsigned bytes. */
    Result run(String input, ByteBuffer values, long... shape) {
      Object bytes = call("OnnxJavaType", null, "valueOf", new Class<?>[] {String.class}, "UINT8");
      Class<?>[] types = {
        type("OrtEnvironment"), ByteBuffer.class, long[].class, type("OnnxJavaType")
      };
      Object tensor =
          call("OnnxTensor", null, "createTensor", types, environment, values, shape, bytes);
      return run(input, tensor);
    }

    private Result run(String input, Object tensor) {
      try {
        Map<String, Object> inputs = Map.of(input, tensor);
        return new Result(call("OrtSession", session, "run", new Class<?>[] {Map.class}, inputs));
      } finally {
        call("OnnxTensor", tensor, "close");
      }
    }

    @Override
    public void close() {
      call("OrtSession", session, "close");
    }
  }

  /** What a run gave. */
  final class Result implements AutoCloseable {
    private final Object result;

    private Result(Object result) {
      this.result = result;
    }

    /** An output's floats; empty if there is no such output. */
    Optional<float[]> floats(String output) {
      return tensor(output)
          .map(
              tensor -> {
                FloatBuffer values = (FloatBuffer) call("OnnxTensor", tensor, "getFloatBuffer");
                float[] copy = new float[values.remaining()];
                values.get(copy);
                return copy;
              });
    }

    /** An output's first whole number; empty if there is no such output. */
    Optional<Long> number(String output) {
      return tensor(output)
          .map(
              tensor -> ((java.nio.LongBuffer) call("OnnxTensor", tensor, "getLongBuffer")).get(0));
    }

    private Optional<?> tensor(String output) {
      return (Optional<?>)
          call("OrtSession$Result", result, "get", new Class<?>[] {String.class}, output);
    }

    @Override
    public void close() {
      call("OrtSession$Result", result, "close");
    }
  }

  /**
   * Opens a model.
   *
   * @param threads how many compute
   * @throws ExportException naming the file, if ONNX Runtime refuses it
   */
  Session open(Path file, int threads) {
    Object environment = environment();
    try {
      Constructor<?> constructor = type("OrtSession$SessionOptions").getConstructor();
      Object options = constructor.newInstance();
      Class<?>[] number = {int.class};
      call("OrtSession$SessionOptions", options, "setIntraOpNumThreads", number, threads);
      Class<?>[] types = {String.class, type("OrtSession$SessionOptions")};
      Object session =
          call("OrtEnvironment", environment, "createSession", types, file.toString(), options);
      return new Session(environment, session);
    } catch (ReflectiveOperationException e) {
      throw new ExportException("this ONNX Runtime cannot be used: " + e, e);
    } catch (ExportException e) {
      throw new ExportException(Text.of("%s: %s", file, e.getMessage()), e);
    }
  }

  /**
   * The process's environment of ONNX Runtime, which tells nobody of this use: official builds send
   * names and hashes of models and more to their makers, on Linux and macOS since 1.29.0 (pull
   * request 27379 of microsoft/onnxruntime), where only a variable that is set before the library
   * starts prevents it; on Windows it is a call.
   */
  private Object environment() {
    boolean windows = File.separatorChar == '\\';
    if (!windows
        && System.getenv(NO_TELEMETRY) == null
        && !ProcessEnvironment.set(NO_TELEMETRY, "1")) {
      throw new ExportException(
          Text.of(
              "ONNX Runtime would send data on its use, and cannot be told not to here: set the"
                  + " environment variable %s=1",
              NO_TELEMETRY));
    }
    Object environment = call("OrtEnvironment", null, "getEnvironment");
    call("OrtEnvironment", environment, "setTelemetry", new Class<?>[] {boolean.class}, false);
    return environment;
  }

  private Class<?> type(String name) {
    try {
      return Class.forName(PACKAGE + name, true, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ExportException("this ONNX Runtime cannot be used: " + e, e);
    }
  }

  private Object call(String type, @Nullable Object target, String method) {
    return call(type, target, method, new Class<?>[0]);
  }

  private Object call(
      String type,
      @Nullable Object target,
      String method,
      Class<?>[] types,
      @Nullable Object... arguments) {
    try {
      return type(type).getMethod(method, types).invoke(target, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ExportException("ONNX Runtime: " + firstLine(cause), cause);
    } catch (ReflectiveOperationException e) {
      throw new ExportException("this ONNX Runtime cannot be used: " + e, e);
    }
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString());
  }
}
