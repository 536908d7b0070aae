package dev.clp.runtime.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript program written as text, whose methods run any operator that libtorch has.
 *
 * <p>A TorchScript archive is a plain zip of the program's text and two small pickles; ours holds
 * no parameters, so the arrays are arguments of every call. The graph optimizer stays off: it
 * changes results between the first calls and later ones, and a resumed run must repeat them bit by
 * bit.
 */
public final class TorchProgram {

  private final PtSymbolBlock block;

  private TorchProgram(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * Loads a program from a resource.
   *
   * @param owner the class beside which the resource stands
   * @param resource the file name, such as {@code decoder.py}
   * @param module the name of the program's class
   * @param constants upper-case words of the text and what replaces them
   */
  public static TorchProgram load(
      Class<?> owner, String resource, String module, Map<String, String> constants) {
    Torch.start();
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing from the JAR");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> constant : constants.entrySet()) {
        text = text.replaceAll("\\b" + constant.getKey() + "\\b", constant.getValue());
      }
      PtNDManager manager = (PtNDManager) Torch.newManager();
      return new TorchProgram(
          JniUtils.loadModule(
              manager, new ByteArrayInputStream(archive(module, text)), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a method without recording gradients.
   *
   * @param manager owns the results
   * @param method the method's name
   * @param arguments {@link NDArray}, a {@code List} of them, {@code Long}, {@code Double}, {@code
   *     Boolean}, {@code String}
   * @return the arrays that the method returned, in order
   */
  public NDList run(NDManager manager, String method, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
      }
      try (IValue result = IValueUtils.runMethod(block, method, values)) {
        return result.toNDList((PtNDManager) manager);
      }
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /**
   * Runs a method so that its results carry gradients, if this thread's gradient mode is on.
   *
   * @param manager owns the results
   * @param method the method's name
   * @param list the method's only list argument, not empty, and its first unless {@code arrays} are
   * @param before array arguments in front of the list
   * @param after array arguments behind the list
   */
  public NDList runDifferentiably(
      NDManager manager,
      String method,
      List<NDArray> before,
      List<NDArray> list,
      NDArray... after) {
    JniUtils.setGraphExecutorOptimize(false);
    NDList inputs = new NDList();
    inputs.addAll(before);
    for (NDArray array : list) {
      // DJL tells lists from arrays by their names; one name for all keeps shared arrays unharmed.
      array.setName("list[]");
      inputs.add(array);
    }
    for (NDArray array : after) {
      // It may have been in a list of another call.
      array.setName(null);
      inputs.add(array);
    }
    try (NDArray name = manager.create(0)) {
      name.setName("module_method:" + method);
      inputs.add(name);
      NDList results = IValueUtils.forward(block, inputs, true);
      results.attach(manager);
      return results;
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof NDArray array) {
      return IValue.from((PtNDArray) array);
    }
    if (argument instanceof List<?> list) {
      return IValue.listFrom(list.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }
    if (argument instanceof Long number) {
      return IValue.from(number.longValue());
    }
    if (argument instanceof Double number) {
      return IValue.from(number.doubleValue());
    }
    if (argument instanceof String text) {
      return IValue.from(text);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag.booleanValue());
    }
    throw new IllegalArgumentException("no argument can be of " + argument.getClass());
  }

  private static byte[] archive(String module, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "program/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      // Pickle protocol 2, in order: an empty tuple; an instance of the class with training =
      // False.
      store(zip, "program/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      ByteArrayOutputStream instance = new ByteArrayOutputStream();
      instance.write(new byte[] {(byte) 0x80, 2});
      instance.write(("c__torch__\n" + module + "\n").getBytes(StandardCharsets.US_ASCII));
      instance.write(new byte[] {')', (byte) 0x81, '}', 'X', 8, 0, 0, 0});
      instance.write("training".getBytes(StandardCharsets.US_ASCII));
      instance.write(new byte[] {(byte) 0x89, 's', 'b', '.'});
      store(zip, "program/data.pkl", instance.toByteArray());
      store(zip, "program/code/__torch__.py", text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
