package dev.clp.runtime.classify;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Reading.Input;
import dev.clp.api.TextEmbedder;
import dev.clp.runtime.model.TokenSequence;
import java.util.List;
import java.util.OptionalInt;

/** A sentence encoder that reads texts in batches of similar length. */
final class FolderEmbedder implements TextEmbedder {

  private static final int BATCH = 32;

  private final NDManager manager;
  private final EmbedderFolder folder;
  private final int longest;
  private final CutTexts cut;

  /**
   * Asks a folder's encoder.
   *
   * @param manager owns its arrays and those of its answers' making
   * @param maxTokens the most tokens of a text; as many as the folder says if absent
   * @param cut counts the texts that are too long
   */
  FolderEmbedder(NDManager manager, EmbedderFolder folder, OptionalInt maxTokens, CutTexts cut) {
    this.manager = manager;
    this.folder = folder;
    this.longest = folder.longest(maxTokens);
    this.cut = cut;
  }

  @Override
  public float[][] embed(List<String> texts) {
    List<TokenSequence> sequences =
        texts.stream().map(text -> folder.encode(text, longest)).toList();
    cut.count(sequences, Input.SECOND_ALONE, longest);
    return FolderClassifier.rows(manager, sequences, BATCH, folder.encoder()::embed);
  }
}
