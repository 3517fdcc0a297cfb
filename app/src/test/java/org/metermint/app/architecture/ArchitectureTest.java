package org.metermint.app.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the project to its table of folders and imports, and shows that each row of the table can fail. */
class ArchitectureTest {

    private static final String ROOT = "org.metermint";

    /** A tree of the same folders, in which each class breaks the row that it stands in. */
    private static final String BREACH = "org.metermint.app.architecture.breach";

    @TestFactory
    Stream<DynamicTest> project_keepsItsImportTable() {
        JavaClasses project = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages(ROOT);
        Map<String, ArchRule> rules = new ImportTable(ROOT).rules();
        return rules.entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(), () -> rule.getValue().check(project)));
    }

    @TestFactory
    Stream<DynamicTest> breach_ofAnyRow_isSeen() {
        JavaClasses breaches = new ClassFileImporter().importPackages(BREACH);
        Map<String, ArchRule> rules = new ImportTable(BREACH).rules();
        return rules.entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(),
                        () -> assertThat(rule.getValue().evaluate(breaches).hasViolation())
                                .isTrue()));
    }

    @Test
    void importer_seesEveryFolder() {
        JavaClasses project = new ClassFileImporter().importPackages(ROOT);
        assertThat(Stream.of("token", "tariff", "secure", "meter", "vending", "channel.rest", "simulation", "app"))
                .allMatch(folder -> project.containPackage(ROOT + "." + folder));
    }
}
