/**
 * The library with the natives of the usual platforms: what {@code io.residua.core} exports, and
 * oneDNN to compute it.
 */
@SuppressWarnings("module") // platforms' names end in digits
module io.residua {
  requires io.residua.formats;
  requires transitive io.residua.core;
  requires org.bytedeco.dnnl.linux.arm64;
  requires org.bytedeco.dnnl.linux.x86_64;
  requires org.bytedeco.dnnl.macosx.arm64;
  requires org.bytedeco.dnnl.windows.x86_64;
  requires org.bytedeco.javacpp.linux.arm64;
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.javacpp.macosx.arm64;
  requires org.bytedeco.javacpp.windows.x86_64;
  requires org.bytedeco.opencl.linux.arm64;
  requires org.bytedeco.opencl.linux.x86_64;
  requires org.bytedeco.opencl.macosx.arm64;
  requires org.bytedeco.opencl.windows.x86_64;
}
