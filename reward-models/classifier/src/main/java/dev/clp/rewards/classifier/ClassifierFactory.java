package dev.clp.rewards.classifier;

import dev.clp.api.Completion;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Message;
import dev.clp.api.Reading;
import dev.clp.api.Reading.Input;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.api.TextClassifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** Creates the classifier reward, whose unit is that of the activation. */
public final class ClassifierFactory implements ComponentFactory<RewardModel, ClassifierOptions> {

  @Override
  public String name() {
    return "classifier";
  }

  @Override
  public String description() {
    return "What a sequence classifier, in any Hugging Face folder of one, says of a response.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<ClassifierOptions> options() {
    return ClassifierOptions.class;
  }

  @Override
  public RewardModel create(ClassifierOptions options, ComponentContext context) {
    Reading reading =
        new Reading(
            options.template() == Template.CHAT
                ? Input.CHAT
                : options.pair() == Pair.RESPONSE ? Input.SECOND_ALONE : Input.PAIR,
            options.maxTokens().map(OptionalInt::of).orElseGet(OptionalInt::empty),
            options.batch());
    return new ClassifierReward(
        options,
        context.classifiers().open(options.model(), reading),
        reader(options, context.classifiers()));
  }

  /** Returns what is read of a response. */
  private static Function<Completion, TextPair> reader(
      ClassifierOptions options, TextClassifiers classifiers) {
    if (options.template() == Template.NONE) {
      return completion ->
          new TextPair(
              options.pair().first(completion.example(), options.premise()), completion.response());
    }
    Function<List<Message>, String> template =
        classifiers.chatTemplate(options.model(), options.day());
    return completion -> {
      List<Message> messages = new ArrayList<>(completion.example().messages());
      messages.add(new Message("assistant", completion.response()));
      return new TextPair("", template.apply(messages));
    };
  }
}
