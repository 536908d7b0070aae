package dev.clp.runtime;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.clp.runtime.error.UserException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which package of the runtime may know which: a new arrow is a decision, taken here. */
class PackagesTest {

  private static final String ROOT = "dev.clp.runtime.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(UserException.class.getProtectionDomain().getCodeSource().getLocation());

  /** Each package, and the packages that it may depend on beside {@code error}. */
  private static final Map<String, String> ARROWS = new LinkedHashMap<>();

  static {
    ARROWS.put("error", "");
    ARROWS.put("engine", "");
    ARROWS.put("config", "");
    ARROWS.put("report", "store");
    ARROWS.put("unit", "");
    ARROWS.put("store", "");
    ARROWS.put("event", "store");
    ARROWS.put("chat.template", "");
    ARROWS.put("chat", "chat.template config");
    ARROWS.put("data", "chat config");
    ARROWS.put("plugin", "config store");
    ARROWS.put("model", "engine store");
    ARROWS.put("rollout", "config engine model");
    ARROWS.put("scoring", "config rollout");
    ARROWS.put("training", "config engine model store");
    ARROWS.put("diagnostics", "training");
    ARROWS.put("policygradient", "config diagnostics engine model rollout scoring training");
    ARROWS.put("sft", "chat config data engine model rollout training");
    ARROWS.put("classify", "chat config data engine model rollout sft store training");
    ARROWS.put("evaluate", "model rollout scoring store");
    ARROWS.put(
        "experiment",
        "chat classify config data diagnostics engine evaluate event model plugin policygradient report"
            + " rollout scoring store training unit");
    ARROWS.put("choices", "config data experiment rollout scoring store");
    ARROWS.put("export", "config engine experiment model report store");
    ARROWS.put("serve", "chat config engine experiment model report rollout");
    ARROWS.put("bench", "config data engine model policygradient rollout scoring sft training");
    ARROWS.put(
        "cli",
        "bench chat choices classify config engine evaluate experiment export model plugin report"
            + " rollout serve sft store");
  }

  @Test
  void packagesDependOnlyOnThoseTheyMayKnow() {
    LayeredArchitecture rule = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String name : ARROWS.keySet()) {
      rule = rule.layer(name).definedBy(ROOT + name);
    }
    for (Map.Entry<String, String> arrow : ARROWS.entrySet()) {
      if (!arrow.getKey().equals("error")) {
        rule =
            rule.whereLayer(arrow.getKey())
                .mayOnlyAccessLayers(("error " + arrow.getValue()).strip().split(" "));
      }
    }
    rule.check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
