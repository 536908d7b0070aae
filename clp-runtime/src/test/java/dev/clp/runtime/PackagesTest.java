package dev.clp.runtime;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which package of the runtime may know which: a new arrow is a decision, taken here. */
class PackagesTest {

  private static final String ROOT = "dev.clp.runtime.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.clp.runtime");

  /** Each package, and the packages that it may depend on beside {@code error}. */
  private static final Map<String, String> ARROWS = new LinkedHashMap<>();

  static {
    ARROWS.put("error", "");
    ARROWS.put("engine", "");
    ARROWS.put("config", "");
    ARROWS.put("data", "config");
    ARROWS.put("plugin", "config");
    ARROWS.put("model", "engine");
    ARROWS.put("rollout", "engine model");
    ARROWS.put("scoring", "config rollout");
    ARROWS.put("diagnostics", "training");
    ARROWS.put("training", "config diagnostics engine model rollout scoring");
    ARROWS.put("sft", "config data engine model rollout training");
    ARROWS.put("classify", "config data engine model rollout sft");
    ARROWS.put("evaluate", "model rollout scoring");
    ARROWS.put("report", "");
    ARROWS.put(
        "experiment",
        "classify config data diagnostics engine evaluate model plugin report rollout scoring"
            + " training");
    ARROWS.put("bench", "config data engine model rollout scoring sft training");
    ARROWS.put(
        "cli", "bench classify config engine evaluate experiment model plugin report rollout sft");
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
    slices()
        .matching(ROOT + "(*)..")
        .should()
        .beFreeOfCycles()
        // The one cycle there is: a trainer feeds the watch that reads a trainer's reports.
        .ignoreDependency(
            type -> type.getPackageName().equals(ROOT + "training"),
            type -> type.getPackageName().equals(ROOT + "diagnostics"))
        .check(CLASSES);
  }
}
