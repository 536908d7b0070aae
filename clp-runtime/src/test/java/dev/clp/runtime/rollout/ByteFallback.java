package dev.clp.runtime.rollout;

import dev.clp.runtime.model.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tokenizer that spells unknown characters in bytes and strips the first word's space, as
 * SentencePiece's do: {@code <unk> <s> </s> _ a n b F0 9F 99 82 d}.
 */
public final class ByteFallback {

  /** U+1F642 in UTF-8. */
  static final long[] SMILE = {7, 8, 9, 10};

  private static final String JSON =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [
        {"id": 0, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 2, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "\u2581"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
       "pre_tokenizer": null,
       "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
         {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
       "decoder": {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
       "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>",
        "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": true,
        "byte_fallback": true,
        "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "\u2581": 3, "a": 4, "n": 5, "b": 6,
         "<0xF0>": 7, "<0x9F>": 8, "<0x99>": 9, "<0x82>": 10, "d": 11},
        "merges": []}}
      """;

  private ByteFallback() {}

  /** Writes the tokenizer into a folder and reads it. */
  public static TextTokenizer tokenizer(Path folder) throws IOException {
    return TextTokenizer.read(Files.writeString(folder.resolve("tokenizer.json"), JSON));
  }
}
