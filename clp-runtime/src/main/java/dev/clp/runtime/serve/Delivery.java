package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.serve.Job.Reason;
import dev.clp.runtime.serve.Job.ScoredToken;
import dev.clp.runtime.serve.Reply.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes replies of responses as they come: one when all are complete, or a piece at a time. */
abstract class Delivery implements Job.Listener {

  /** Where replies go; what is called in order is sent in order. */
  interface Outlet {

    /** Sends a whole reply. */
    void send(ObjectNode json);

    /** Sends a piece of a stream. */
    void stream(ObjectNode json);

    /** Ends a stream. */
    void endStream();

    /** Says that the request is not answered, or not to its end. */
    void fail(ApiError error);
  }

  final Question question;
  final Reply reply;
  final Outlet outlet;
  private final int promptTokens;
  private final int responses;
  private int ended;
  private int generated;

  private Delivery(Question question, Reply reply, Outlet outlet, int promptTokens, int responses) {
    this.question = question;
    this.reply = reply;
    this.outlet = outlet;
    this.promptTokens = promptTokens;
    this.responses = responses;
  }

  /**
   * Returns what delivers a request's responses.
   *
   * @param promptTokens the tokens of all prompts
   * @param responses how many there will be
   */
  static Delivery of(
      Question question, Reply reply, Outlet outlet, int promptTokens, int responses) {
    return question.isStreamed()
        ? new Pieces(question, reply, outlet, promptTokens, responses)
        : new AtOnce(question, reply, outlet, promptTokens, responses);
  }

  @Override
  public final void ended(int choice, Reason reason, int tokens) {
    generated += tokens;
    ended++;
    end(choice, reason);
    if (ended == responses) {
      complete(promptTokens, generated);
    }
  }

  @Override
  public final void failed(ApiError error) {
    outlet.fail(error);
  }

  abstract void end(int choice, Reason reason);

  abstract void complete(int prompt, int generated);

  /** A reply that is sent when all responses are complete. */
  private static final class AtOnce extends Delivery {

    private final List<StringBuilder> texts;
    private final List<List<ScoredToken>> scored;
    private final Reason[] reasons;

    private AtOnce(Question question, Reply reply, Outlet outlet, int promptTokens, int responses) {
      super(question, reply, outlet, promptTokens, responses);
      this.texts = Stream.generate(StringBuilder::new).limit(responses).toList();
      this.scored =
          Stream.generate(() -> (List<ScoredToken>) new ArrayList<ScoredToken>())
              .limit(responses)
              .toList();
      this.reasons = new Reason[responses];
    }

    @Override
    public void more(int choice, String text, List<ScoredToken> tokens) {
      texts.get(choice).append(text);
      scored.get(choice).addAll(tokens);
    }

    @Override
    void end(int choice, Reason reason) {
      reasons[choice] = reason;
    }

    @Override
    void complete(int prompt, int generated) {
      List<Whole> all = new ArrayList<>();
      for (int i = 0; i < reasons.length; i++) {
        all.add(
            new Whole(
                texts.get(i).toString(),
                question.isScored() ? Optional.of(scored.get(i)) : Optional.empty(),
                reasons[i]));
      }
      outlet.send(reply.whole(all, prompt, generated));
    }
  }

  /** A reply that is streamed. */
  private static final class Pieces extends Delivery {

    private final boolean[] begun;
    private final int[] lengths;

    private Pieces(Question question, Reply reply, Outlet outlet, int promptTokens, int responses) {
      super(question, reply, outlet, promptTokens, responses);
      this.begun = new boolean[responses];
      this.lengths = new int[responses];
    }

    @Override
    public void more(int choice, String text, List<ScoredToken> tokens) {
      piece(choice, text, tokens, Optional.empty());
    }

    @Override
    void end(int choice, Reason reason) {
      piece(choice, "", List.of(), Optional.of(reason));
    }

    private void piece(int choice, String text, List<ScoredToken> tokens, Optional<Reason> reason) {
      outlet.stream(
          reply.chunk(
              choice,
              !begun[choice],
              text,
              question.isScored() ? Optional.of(tokens) : Optional.empty(),
              lengths[choice],
              reason));
      begun[choice] = true;
      lengths[choice] += text.length();
    }

    @Override
    void complete(int prompt, int generated) {
      if (question.hasUsage()) {
        outlet.stream(reply.usageChunk(prompt, generated));
      }
      outlet.endStream();
    }
  }
}
