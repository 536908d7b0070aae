package dev.clp.runtime.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.Evaluator;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifiers;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What components are told of the experiment, in a run, in its judgement, and in a check. */
class ContextTest {

  @TempDir Path folder;

  /** Finds the installed components, and notes what each kind is created with. */
  private record Noting(ComponentFinder installed, Map<Class<?>, Set<ComponentContext>> seen)
      implements ComponentFinder {

    @Override
    public <T> ComponentFactory<T, ?> find(Class<T> kind, String name) {
      return new NotingFactory<>(installed.find(kind, name), seen);
    }
  }

  private record NotingFactory<T, O extends Record>(
      ComponentFactory<T, O> factory, Map<Class<?>, Set<ComponentContext>> seen)
      implements ComponentFactory<T, O> {

    @Override
    public String name() {
      return factory.name();
    }

    @Override
    public String description() {
      return factory.description();
    }

    @Override
    public Class<T> kind() {
      return factory.kind();
    }

    @Override
    public Class<O> options() {
      return factory.options();
    }

    @Override
    public T create(O options, ComponentContext context) {
      seen.computeIfAbsent(kind(), kind -> ConcurrentHashMap.newKeySet()).add(context);
      return factory.create(options, context);
    }
  }

  private final Map<Class<?>, Set<ComponentContext>> seen = new ConcurrentHashMap<>();
  private final ExperimentFile files =
      new ExperimentFile(
          new Noting(
              new InstalledComponents(
                  () -> new PluginFolders(List.of(), List.of(), Optional.empty())),
              seen));
  private final Path quickstart = Checkout.sample("quickstart").resolve("quickstart.conf");

  @Test
  void aRunAndItsJudgementGiveStorageAndClassifiers() {
    Path output = folder.resolve("run");
    OpenRun run =
        new Experiments(files)
            .begin(
                quickstart,
                List.of(
                    "seeds=[1]",
                    "training.steps=1",
                    "training.prompts-per-step=2",
                    "training.samples-per-prompt=2",
                    "experts.steps=1",
                    "data.evaluation=2",
                    "data.calibration=16",
                    "evaluation.divisions=1"),
                Optional.of(output));
    ExperimentRun.complete(run, ExperimentRun.local(run.experiment()), List.of());
    assertThat(seen).containsKeys(RewardModel.class, Conditioner.class, Evaluator.class);
    assertThat(run.folder().evaluations()).isNotEmpty();
    Set<ComponentContext> all = new HashSet<>();
    seen.values().forEach(all::addAll);
    assertThat(all)
        .allSatisfy(
            context -> {
              assertThat(context.storage()).contains(output.resolve("storage"));
              assertThat(context.classifiers()).isInstanceOf(OpenClassifiers.class);
              assertThat(context.objectives()).containsExactly("accuracy", "brevity");
            });
    assertThat(seen.get(RewardModel.class)).as("one engine for all rewards").hasSize(1);
    assertThat(output.resolve("storage")).as("nobody kept anything").doesNotExist();
  }

  @Test
  void aCheckGivesNoStorage() {
    ExperimentCheck.check(files.load(quickstart, List.of()));
    assertThat(seen.get(RewardModel.class))
        .allSatisfy(
            context -> {
              assertThat(context.storage()).isEmpty();
              assertThat(context.classifiers()).isNotSameAs(TextClassifiers.NONE);
            });
  }
}
