package org.metermint.app.token.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.app.CommandFailure;
import org.metermint.token.cipher.Ea07Tables;

class Ea07TablesFileTest {
    private static final String SUB1 = "12,10,8,4,3,15,0,2,14,1,5,13,6,9,7,11";
    private static final String SUB2 = "6,9,7,4,3,10,12,14,2,13,1,15,0,11,8,5";
    private static final String PERM =
            "29,27,34,9,16,62,55,2,40,49,38,25,33,61,30,23,1,41,21,57,42,15,5,58,19,53,22,17,48,"
                    + "28,24,39,3,60,36,14,11,52,54,12,31,51,10,26,0,45,37,43,44,6,59,4,7,35,56,50,13,18,32,47,46,63,20,8";
    private static final String SAMPLE = "{\"sub1\":[" + SUB1 + "],\"sub2\":[" + SUB2 + "],\"perm\":[" + PERM + "]}";

    @TempDir
    private Path directory;

    private Ea07Tables read(String json) throws IOException {
        return Ea07TablesFile.read(Files.writeString(directory.resolve("tables.json"), json));
    }

    @Test
    void sampleTables_areRecognised() throws IOException {
        assertThat(read(SAMPLE).isSample()).isTrue();
        assertThat(read(SAMPLE.replace("[12,10,", "[10,12,")).isSample()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            12,10,8  | 12,12,8   | sub1[1] is 12, which sub1[0] already is
            12,10,8  | 16,10,8   | sub1[0] is 16, outside 0..15
            [6,9,7   | [6,-9,7   | sub2[1] is -9, outside 0..15
            20,8]    | 20]       | perm has 63 values; it must have 64
            20,8]    | 20,64]    | perm[63] is 64, outside 0..63
            [6,9,7   | [6,9.0,7  | sub2[1]
            [6,9,7   | [6,true,7 | sub2[1]
            [6,9,7   | [6,99999999999999999999,7 | sub2[1]
            "sub2":  | "sub3":   | unknown member "sub3"
            "sub2":  | "sub1":   | the member sub1 twice
            "perm":[ | "perm":1,"x":[ | a perm that is not an array
            ]}       | ]         | not JSON: error at line 1
            ]}       | ]} x      | not JSON
            ]}       | ]} {}     | something behind
            """)
    void wrongTables_areRefusedByName(String from, String to, String message) {
        assertThatThrownBy(() -> read(SAMPLE.replaceFirst(Pattern.quote(from), to)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("tables.json")
                .hasMessageContaining(message);
    }

    @Test
    void missingTable_isRefusedByName() {
        assertThatThrownBy(() -> read("{\"sub1\":[" + SUB1 + "],\"perm\":[" + PERM + "]}"))
                .hasMessageContaining("no member sub2");
        assertThatThrownBy(() -> Ea07TablesFile.read(directory.resolve("absent.json")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("absent.json");
    }
}
