package dev.clp.rewards.classifier;

/** How the prompt and the response become the text that a classifier reads. */
public enum Template {
  /** As the folder's tokenizer joins two texts. */
  NONE,
  /** As the answer that a conversation ends with, by the folder's own chat template. */
  CHAT
}
