package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as checkpoints of the field store them, against those of transformers. */
class CheckpointNamesTest {

  private static final Set<String> GPT2 =
      Set.of(
          "transformer.wte.weight",
          "transformer.wpe.weight",
          "transformer.h.0.attn.c_attn.weight",
          "transformer.h.0.attn.c_attn.bias",
          "transformer.h.0.ln_1.weight",
          "transformer.ln_f.weight");
  private static final Set<String> BERT =
      Set.of(
          "bert.embeddings.word_embeddings.weight",
          "bert.embeddings.LayerNorm.weight",
          "bert.embeddings.LayerNorm.bias",
          "bert.encoder.layer.0.attention.self.query.bias",
          "classifier.weight");
  private static final Set<String> T5 =
      Set.of(
          "shared.weight",
          "encoder.block.0.layer.0.SelfAttention.q.weight",
          "decoder.block.0.layer.1.EncDecAttention.q.weight",
          "lm_head.weight");
  private static final Set<String> MINILM =
      Set.of("embeddings.LayerNorm.weight", "encoder.layer.0.output.dense.bias");
  private static final Set<String> NEOX =
      Set.of("gpt_neox.embed_in.weight", "gpt_neox.layers.0.attention.dense.bias");

  @ParameterizedTest
  @CsvSource({
    "gpt2, transformer.wte.weight, transformer.wte.weight",
    "gpt2, wte.weight, transformer.wte.weight",
    "gpt2, transformer.transformer.wte.weight, transformer.wte.weight",
    "gpt2, h.0.attn.c_attn.bias, transformer.h.0.attn.c_attn.bias",
    "gpt2, h.0.ln_1.gamma, transformer.h.0.ln_1.weight",
    "bert, bert.embeddings.LayerNorm.gamma, bert.embeddings.LayerNorm.weight",
    "bert, embeddings.LayerNorm.beta, bert.embeddings.LayerNorm.bias",
    "bert, bert.classifier.weight, classifier.weight",
    "minilm, bert.encoder.layer.0.output.dense.bias, encoder.layer.0.output.dense.bias",
    "minilm, bert.embeddings.LayerNorm.gamma, embeddings.LayerNorm.weight",
    "t5, decoder.embed_tokens.weight, decoder.embed_tokens.weight",
    "neox, layers.0.attention.dense.bias, gpt_neox.layers.0.attention.dense.bias"
  })
  void findsTheParameter(String model, String stored, String expected) {
    assertThat(names(model).of(stored, known(model))).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // Tables that config.json implies.
    "gpt2, h.0.attn.bias, true",
    "gpt2, transformer.h.11.attn.bias, true",
    "gpt2, h.0.attn.masked_bias, true",
    "neox, gpt_neox.layers.0.attention.bias, true",
    "neox, gpt_neox.layers.0.attention.masked_bias, true",
    "neox, gpt_neox.layers.0.attention.rotary_emb.inv_freq, true",
    "bert, bert.embeddings.position_ids, true",
    "minilm, embeddings.position_ids, true",
    // Heads for other tasks, and what a family names.
    "bert, cls.predictions.transform.dense.weight, true",
    "bert, qa_outputs.weight, true",
    "gpt2, score.weight, true",
    "gpt2, v_head.summary.bias, true",
    "gpt2, lm_head.weight, true",
    "t5, classification_head.dense.weight, true",
    "t5, decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight, true",
    // Parts of the model itself that config.json does not ask for.
    "gpt2, transformer.h.1.ln_1.weight, false",
    "gpt2, h.1.ln_1.weight, false",
    "gpt2, transformer.h.0.attn.c_attn.scale, false",
    "gpt2, transformer.adapter.weight, false",
    "bert, bert.encoder.layer.2.attention.self.query.bias, false",
    "bert, encoder.layer.2.attention.self.query.bias, false",
    "bert, classifier.out_proj.weight, false",
    "t5, decoder.block.1.layer.1.EncDecAttention.q.weight, false",
    "t5, lm_head.bias, false"
  })
  void tellsOtherPartsFromTablesAndOtherHeads(String model, String stored, boolean isForeign) {
    assertThat(names(model).of(stored, known(model))).isEmpty();
    assertThat(names(model).isForeign(stored, known(model))).isEqualTo(isForeign);
  }

  @Test
  void aParameterIsNoTable() {
    CheckpointNames names = names("gpt2");
    Set<String> known = Set.of("transformer.h.0.attn.bias");
    assertThat(names.of("h.0.attn.bias", known)).contains("transformer.h.0.attn.bias");
  }

  private static CheckpointNames names(String model) {
    return switch (model) {
      case "gpt2" -> new CheckpointNames("transformer.", Map.of(), name -> false);
      case "bert", "minilm" -> new CheckpointNames("bert.", Map.of(), name -> false);
      case "neox" -> new CheckpointNames("gpt_neox.", Map.of(), name -> false);
      default ->
          new CheckpointNames(
              "",
              Map.of(
                  "encoder.embed_tokens.weight", "shared.weight",
                  "decoder.embed_tokens.weight", "shared.weight"),
              name -> name.endsWith("EncDecAttention.relative_attention_bias.weight"));
    };
  }

  private static Set<String> known(String model) {
    return switch (model) {
      case "gpt2" -> GPT2;
      case "bert" -> BERT;
      case "minilm" -> MINILM;
      case "neox" -> NEOX;
      default -> T5;
    };
  }
}
