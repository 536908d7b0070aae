package dev.clp.runtime.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Closes the arrays that a computation leaves behind, but keeps alive the memory that its graph
 * still reads.
 *
 * <p>DJL makes a small array from a Java buffer without copying and lets go of the buffer when the
 * array is closed; {@code array.mul(0.5f)} does so within the call. A graph that remembers the
 * factor for its backward pass then reads memory that the garbage collector may have given back:
 * gradients turn into noise now and then. DJL offers no hook for this, so the scope looks at two
 * private fields; where a version of DJL lacks them, it fails at once and not now and then.
 */
public final class GraphScope extends NDScope {

  private static final Field RESOURCES = field(NDScope.class, "resources");
  private static final Field BUFFER = field(PtNDArray.class, "dataRef");

  private static final AtomicLong COUNT = new AtomicLong();

  private final List<Buffer> buffers = new ArrayList<>();

  /** Opens a scope for this thread; buffers are kept until {@code manager} is closed. */
  public GraphScope(NDManager manager) {
    write(RESOURCES, this, new Capture(buffers));
    // The manager's hold on the list is what keeps the buffers alive.
    manager.attachInternal("graph-buffers-" + COUNT.incrementAndGet(), buffers::clear);
  }

  /** Notes the buffer of every array at its creation. */
  private static final class Capture extends IdentityHashMap<NDArray, NDArray> {

    private static final long serialVersionUID = 1L;

    private final transient List<Buffer> buffers;

    Capture(List<Buffer> buffers) {
      this.buffers = buffers;
    }

    @Override
    public NDArray put(NDArray key, NDArray value) {
      if (key instanceof PtNDArray && read(BUFFER, key) instanceof Buffer buffer) {
        buffers.add(buffer);
      }
      return super.put(key, value);
    }
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this version of DJL has no field " + owner.getName() + "." + name, e);
    }
  }

  private static Object read(Field field, Object target) {
    try {
      return field.get(target);
    } catch (IllegalAccessException e) {
      throw new LinkageError("cannot read " + field, e);
    }
  }

  private static void write(Field field, Object target, Object value) {
    try {
      field.set(target, value);
    } catch (IllegalAccessException e) {
      throw new LinkageError("cannot write " + field, e);
    }
  }
}
