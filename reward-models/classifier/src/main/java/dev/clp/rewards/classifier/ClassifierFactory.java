package dev.clp.rewards.classifier;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Reading;
import dev.clp.api.Reading.Input;
import dev.clp.api.RewardModel;
import java.util.OptionalInt;

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
            options.pair() == Pair.RESPONSE ? Input.SECOND_ALONE : Input.PAIR,
            options.maxTokens().map(OptionalInt::of).orElseGet(OptionalInt::empty),
            options.batch());
    return new ClassifierReward(options, context.classifiers().open(options.model(), reading));
  }
}
