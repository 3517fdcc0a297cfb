package org.metermint.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BaseDateTest {
    @Test
    void code_ofEachBaseDate_findsItAgain() {
        for (BaseDate base : BaseDate.values()) {
            assertThat(BaseDate.ofCode(base.code())).isEqualTo(base);
            assertThat(BaseDate.ofYear(base.year())).isEqualTo(base);
        }
    }

    @Test
    void ofYear_unknown_namesTheBaseDates() {
        assertThatThrownBy(() -> BaseDate.ofYear(2013)).hasMessage("base date 2013 is none of 1993, 2014, 2035");
    }
}
