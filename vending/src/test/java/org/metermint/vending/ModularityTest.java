package org.metermint.vending;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {
    /** {@link Vending} makes the parts and so must know them all; the rule is for the parts. */
    private static final DescribedPredicate<JavaClass> ASSEMBLY = JavaClass.Predicates.belongToAnyOf(Vending.class);

    @Test
    void modules_useOnlyWhatOthersExport_andFormNoCycle() {
        ApplicationModules modules = ApplicationModules.of("org.metermint.vending", ASSEMBLY);
        assertThat(modules.stream().map(module -> module.getIdentifier().toString()))
                .contains("customer", "database", "imports", "ledger", "meter", "receipt", "sale", "supply", "tariff");
        modules.verify();
    }
}
