package dev.clp.runtime.experiment;

/** Watches a run; called by several threads. */
public interface RunProgress {

  /** A run begins, or goes on, with this much work left, in units of about one training step. */
  void begin(long work);

  /** Some work is done; {@code doing} says what is going on in a few words. */
  void advance(long work, String doing);

  /** Something that is worth a line of its own. */
  void say(String line);

  /** All work is done, or the run failed. */
  void end();

  /** Watches nothing. */
  RunProgress SILENT =
      new RunProgress() {
        @Override
        public void begin(long work) {}

        @Override
        public void advance(long work, String doing) {}

        @Override
        public void say(String line) {}

        @Override
        public void end() {}
      };
}
