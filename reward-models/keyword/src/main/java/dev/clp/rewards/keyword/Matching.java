package dev.clp.rewards.keyword;

import dev.clp.api.FormerName;

/** How the number of keywords found becomes a score in [0, 1]. */
public enum Matching {
  /** 1 if at least one keyword is found, otherwise 0. */
  ANY {
    @Override
    float score(int found, int keywords) {
      return found > 0 ? 1 : 0;
    }
  },
  /** 1 if every keyword is found, otherwise 0. */
  ALL {
    @Override
    float score(int found, int keywords) {
      return found == keywords ? 1 : 0;
    }
  },
  /** The keywords found, divided by all keywords. */
  @FormerName("share")
  PROPORTION {
    @Override
    float score(int found, int keywords) {
      return (float) found / keywords;
    }
  };

  /**
   * Returns the score.
   *
   * @param found the number of keywords found
   * @param keywords the number of keywords, at least one
   */
  abstract float score(int found, int keywords);
}
