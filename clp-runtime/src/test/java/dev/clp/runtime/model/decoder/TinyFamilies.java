package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.TinyModels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A small random model of every family, with every option of it in use. */
public enum TinyFamilies {
  LLAMA("llama", ""),
  LLAMA_BIAS("llama", "'attention_bias':true,'mlp_bias':true,'hidden_act':'gelu'"),
  LLAMA_LINEAR("llama", "'rope_scaling':{'type':'linear','factor':2.5}"),
  LLAMA_DYNAMIC(
      "llama", "'max_position_embeddings':5,'rope_scaling':{'type':'dynamic','factor':2}"),
  LLAMA_YARN(
      "llama",
      "'rope_parameters':{'rope_type':'yarn','factor':4,'rope_theta':50,'beta_fast':2,"
          + "'original_max_position_embeddings':8}"),
  LLAMA_LLAMA3(
      "llama",
      "'rope_theta':50,'rope_scaling':{'rope_type':'llama3','factor':8,'low_freq_factor':1,"
          + "'high_freq_factor':4,'original_max_position_embeddings':16}"),
  MISTRAL("mistral", "'sliding_window':4"),
  QWEN2("qwen2", "'use_sliding_window':true,'sliding_window':3,'max_window_layers':1"),
  QWEN3("qwen3", "'attention_bias':true"),
  GEMMA("gemma", ""),
  GEMMA2(
      "gemma2",
      "'sliding_window':4,'attn_logit_softcapping':1.5,'final_logit_softcapping':3,"
          + "'query_pre_attn_scalar':3"),
  GEMMA3(
      "gemma3_text",
      "'sliding_window':4,'sliding_window_pattern':2,'rope_theta':900,'rope_local_base_freq':20,"
          + "'rope_scaling':{'rope_type':'linear','factor':4}"),
  PHI("phi", "'partial_rotary_factor':0.67,'qk_layernorm':true"),
  PHI3("phi3", "'sliding_window':4,'partial_rotary_factor':0.67"),
  PHI3_LONG(
      "phi3",
      "'original_max_position_embeddings':7,'rope_scaling':{'type':'longrope',"
          + "'short_factor':[1,1.2,1.4],'long_factor':[2,3,4]}"),
  OLMO2("olmo2", ""),
  SMOLLM3("smollm3", "'no_rope_layer_interval':2"),
  GRANITE(
      "granite",
      "'embedding_multiplier':3,'residual_multiplier':0.4,'logits_scaling':2,"
          + "'attention_multiplier':0.2"),
  GPT_NEOX("gpt_neox", "'rotary_pct':0.67"),
  GPT_NEOX_SERIAL("gpt_neox", "'rotary_pct':1,'use_parallel_residual':false"),
  GPT2("gpt2", "'n_embd':24,'n_head':4,'n_layer':2,'n_positions':40,'n_inner':20"),
  GPT2_SCALED(
      "gpt2",
      "'n_embd':24,'n_head':4,'n_layer':2,'n_positions':40,'n_inner':20,"
          + "'scale_attn_by_inverse_layer_idx':true,'activation_function':'relu',"
          + "'tie_word_embeddings':false"),
  STARCODER2("starcoder2", "'sliding_window':4");

  private static final String SIZES =
      "'vocab_size':12,'hidden_size':16,'intermediate_size':20,'num_hidden_layers':2,"
          + "'num_attention_heads':4,'num_key_value_heads':2,'head_dim':6,"
          + "'max_position_embeddings':40";

  private final String json;

  TinyFamilies(String type, String options) {
    boolean ownHeads = !type.equals("gpt_neox");
    String sizes = ownHeads ? SIZES : SIZES.replace("'num_key_value_heads':2,", "");
    this.json =
        ("{'model_type':'" + type + "'," + sizes + (options.isEmpty() ? "" : "," + options) + "}")
            .replace('\'', '"');
  }

  /** Returns its {@code config.json}. */
  public String json() {
    return json;
  }

  /** Returns its shape; of fields stated twice, the last holds. */
  public DecoderConfig config() {
    return (DecoderConfig) TinyModels.architecture(json);
  }

  /** Returns a model whose every parameter is drawn at random. */
  public DecoderModel model(NDManager manager, long seed) {
    DecoderConfig config = config();
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    config
        .shapes()
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) shape.size()];
              double mean = config.initial(name).mean();
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (mean + 0.3 * random.nextGaussian());
              }
              arrays.put(name, manager.create(values, shape));
            });
    return config.model(new Parameters(arrays));
  }
}
