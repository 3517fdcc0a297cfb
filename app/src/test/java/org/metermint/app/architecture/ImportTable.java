package org.metermint.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The table of folders and imports (ARCHITECTURE.md) as rules. The root package is a parameter, so that the rules can be
 * tried on a small tree of classes that break them.
 */
final class ImportTable {

    /** Of the world outside the project, what a library of ours may use. */
    private static final String[] JDK_ONLY = {
        "java..", "javax.crypto..", "javax.security.auth..", "org.jspecify.annotations.."
    };

    private final String root;

    ImportTable(String root) {
        this.root = root;
    }

    /** The rules, by the name of the folder that each is about. */
    Map<String, ArchRule> rules() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("token-engine", library("token.."));
        rules.put("tariff-engine", library("tariff.."));
        rules.put("virtual-meter", library("meter..", "token..", "tariff.."));
        rules.put("security-module", folder("secure..", "token.."));
        rules.put("vending", folder("vending..", "token", "tariff..", "secure"));
        rules.put(
                "channels",
                folder("channel..", "vending..", "token", "tariff").because("channels translate and never decide"));
        rules.put(
                "simulation",
                folder("simulation..", "vending..", "token", "tariff..", "secure")
                        .because("a world sells through the same door as everybody"));
        rules.put("internals of vending", internalsStayInside());
        rules.put("ciphers and keys", ciphersAndKeysAreForFew());
        rules.put("no other folder", everyClassHasARow());
        return rules;
    }

    /** A folder published as a library: its own classes, those of the named folders, and the JDK. */
    private ArchRule library(String folder, String... mayImport) {
        String[] allowed = Stream.of(ours(folder), ours(mayImport), JDK_ONLY)
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(ours(folder)[0])
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(isPrimitive()))
                .because("it is published as a library and knows no framework");
    }

    /** A folder that may use any library from outside, but of ours only its own classes and those named. */
    private ArchRule folder(String folder, String... mayImport) {
        return noClasses()
                .that()
                .resideInAPackage(ours(folder)[0])
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..")
                        .and(not(resideInAnyPackage(ours(folder))))
                        .and(not(resideInAnyPackage(ours(mayImport)))));
    }

    private ArchRule internalsStayInside() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ours("vending..")[0])
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ours("vending..internal..")[0])
                .because("the modules of vending export their root packages only");
    }

    private ArchRule ciphersAndKeysAreForFew() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(ours("token..", "secure..", "meter..", "app.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("token.cipher..", "token.key.."))
                .because("keys stay with the security module, the meter, and the command line of the key holder");
    }

    private ArchRule everyClassHasARow() {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .resideInAnyPackage(ours(
                        "token..",
                        "tariff..",
                        "secure..",
                        "meter..",
                        "vending..",
                        "channel..",
                        "simulation..",
                        "app.."));
    }

    private String[] ours(String... folders) {
        return Arrays.stream(folders).map(folder -> root + "." + folder).toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> isPrimitive() {
        return DescribedPredicate.describe(
                "primitives and their arrays",
                type -> type.getBaseComponentType().isPrimitive());
    }
}
