package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.TinyModels;

/**
 * The forward pass of one Llama on one sequence, written with NDArray alone and straight from the
 * architecture's definition: no fusing, no cache, no padding. What the fast program must agree
 * with.
 */
public final class LlamaTwins {

  private LlamaTwins() {}

  /** Returns logits [time, vocabulary]. */
  public static NDArray logits(NDManager manager, DecoderModel model, long[] tokens) {
    DecoderConfig config = model.config();
    int time = tokens.length;
    NDArray x =
        model.parameter(TinyModels.EMBEDDING).get(new NDIndex("{}", manager.create(tokens)));
    x.attach(manager);
    for (int layer = 0; layer < config.layers(); layer++) {
      String at = "model.layers." + layer + ".";
      NDArray h = normalise(x, model.parameter(at + "input_layernorm.weight"), config);
      NDArray q =
          heads(
              h,
              model.parameter(at + "self_attn.q_proj.weight"),
              config.attention().heads(),
              config);
      NDArray k =
          heads(
              h,
              model.parameter(at + "self_attn.k_proj.weight"),
              config.attention().keyValueHeads(),
              config);
      NDArray v =
          heads(
              h,
              model.parameter(at + "self_attn.v_proj.weight"),
              config.attention().keyValueHeads(),
              config);
      q = rotate(manager, q, config);
      k = rotate(manager, k, config);
      int group = config.attention().heads() / config.attention().keyValueHeads();
      NDList attended = new NDList();
      for (int head = 0; head < config.attention().heads(); head++) {
        NDArray scores =
            q.get(head)
                .matMul(k.get(head / group).transpose())
                .div(Math.sqrt(config.attention().headWidth()));
        float[] mask = new float[time * time];
        for (int i = 0; i < time; i++) {
          for (int j = i + 1; j < time; j++) {
            mask[i * time + j] = -1e9f;
          }
        }
        NDArray weights = scores.add(manager.create(mask, new Shape(time, time))).softmax(-1);
        attended.add(weights.matMul(v.get(head / group)));
      }
      NDArray merged = NDArrays.concat(attended, 1);
      x = x.add(merged.matMul(model.parameter(at + "self_attn.o_proj.weight").transpose()));
      h = normalise(x, model.parameter(at + "post_attention_layernorm.weight"), config);
      NDArray gate = h.matMul(model.parameter(at + "mlp.gate_proj.weight").transpose());
      NDArray up = h.matMul(model.parameter(at + "mlp.up_proj.weight").transpose());
      NDArray silu = gate.div(gate.neg().exp().add(1));
      x = x.add(silu.mul(up).matMul(model.parameter(at + "mlp.down_proj.weight").transpose()));
    }
    return normalise(x, model.parameter(TinyModels.NORM), config)
        .matMul(model.parameter(TinyModels.OUTPUT).transpose());
  }

  private static NDArray normalise(NDArray x, NDArray scale, DecoderConfig config) {
    NDArray meanSquare = x.square().mean(new int[] {-1}, true);
    return x.div(meanSquare.add(config.norms().epsilon()).sqrt()).mul(scale);
  }

  /** Returns [heads, time, head width]. */
  private static NDArray heads(NDArray h, NDArray weight, int heads, DecoderConfig config) {
    return h.matMul(weight.transpose())
        .reshape(h.getShape().get(0), heads, config.attention().headWidth())
        .transpose(1, 0, 2);
  }

  private static NDArray rotate(NDManager manager, NDArray x, DecoderConfig config) {
    int time = (int) x.getShape().get(1);
    int half = config.attention().headWidth() / 2;
    NDArray cosine = manager.zeros(new Shape(time, half), DataType.FLOAT32);
    NDArray sine = manager.zeros(new Shape(time, half), DataType.FLOAT32);
    for (int t = 0; t < time; t++) {
      for (int i = 0; i < half; i++) {
        double angle =
            t
                * Math.pow(
                    config.toJson().path("rope_theta").asDouble(),
                    -2.0 * i / config.attention().headWidth());
        cosine.set(new NDIndex(t, i), (float) Math.cos(angle));
        sine.set(new NDIndex(t, i), (float) Math.sin(angle));
      }
    }
    NDArray first = x.get(new NDIndex(":,:," + ":" + half));
    NDArray second = x.get(new NDIndex(":,:," + half + ":"));
    return NDArrays.concat(
        new NDList(
            first.mul(cosine).sub(second.mul(sine)), second.mul(cosine).add(first.mul(sine))),
        2);
  }
}
