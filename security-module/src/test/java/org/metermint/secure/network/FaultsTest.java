package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;

class FaultsTest {
    @ParameterizedTest
    @EnumSource(SecurityModuleException.Kind.class)
    void everyKindOfRefusal_hasACodeAndKeepsItsReason(SecurityModuleException.Kind kind) {
        ApiException fault = Faults.of(new SecurityModuleException(kind, "the reason"));
        assertThat(fault.code()).contains(Faults.code(kind));
        assertThat(fault.fault().eMsgEn()).contains("the reason");
        if (Faults.code(kind) == ErrorCode.SECURITY_MODULE) {
            assertThat(fault.fault().eMsgEn()).startsWith("security module " + kind + ": ");
        }
    }
}
