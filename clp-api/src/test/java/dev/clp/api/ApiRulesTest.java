package dev.clp.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/** What keeps the API small, and free of what components need not know. */
class ApiRulesTest {

  private static final int LINES_OF_A_SCREEN = 100;

  private static final JavaClasses TYPES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.clp.api");

  @Test
  void everyPublicTypeStatesItsStatusAndVersion() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .should()
        .beAnnotatedWith(API.class)
        .check(TYPES);
    assertThat(TYPES.stream().filter(type -> type.isAnnotatedWith(API.class)))
        .as("the version since when a type is there")
        .isNotEmpty()
        .allSatisfy(
            (JavaClass type) ->
                assertThat(type.getAnnotationOfType(API.class).since())
                    .as(type.getName())
                    .matches("\\d+\\.\\d+"));
  }

  /** Guice, HOCON and logging are the runtime's affair. */
  @Test
  void theApiDependsOnJavaAndArraysAndAnnotationsAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.clp.api..",
            "java.lang..",
            "java.nio.file..",
            "java.time..",
            "java.util..",
            "ai.djl.ndarray..",
            "jakarta.validation..",
            "org.apiguardian.api..")
        .check(TYPES);
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("java.util.logging..")
        .check(TYPES);
  }

  @Test
  void packagesDependOnEachOtherInOneDirection() {
    slices().matching("dev.clp.(**)").should().beFreeOfCycles().allowEmptyShould(true).check(TYPES);
  }

  @Test
  void everyTypeFitsOneScreen() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
        List<String> lines = Files.readAllLines(source);
        assertThat(lines.stream().filter(line -> !line.startsWith("import ")).count())
            .as("lines of %s, imports apart", source)
            .isLessThanOrEqualTo(LINES_OF_A_SCREEN);
      }
    }
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + ApiVersion.CURRENT + ".");
  }
}
