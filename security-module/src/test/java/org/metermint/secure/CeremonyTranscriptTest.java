package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyType;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.VendingKey;

/** What a module attests of a ceremony, and who believes it. */
class CeremonyTranscriptTest {
    private static final byte[] FIRST = HexFormat.of().parseHex("0123456789abcdef0123456789abcdef01234567");
    private static final byte[] SECOND = HexFormat.of().parseHex("fedcba9876543210fedcba98765432100f1e2d3c");
    private static final VendingKeyFacts FACTS =
            TestModules.facts(400000, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);

    @TempDir
    Path parent;

    private final TestModules.TestClock clock = new TestModules.TestClock();

    private SoftwareSecurityModule open(RecordSettings settings) throws Exception {
        Path directory = parent.resolve("store");
        return SoftwareSecurityModule.open(
                directory,
                TestModules.keyFile(directory),
                clock.clock(),
                TestModules.RND_5,
                Ea07Tables.sample(),
                settings);
    }

    private static String checkValue(byte[] component) {
        return VendingKey.of(component).checkValue();
    }

    /** A ceremony over two lives of a module, with others before it, after it and beside it. */
    private CeremonyTranscript hold(RecordSettings settings) throws Exception {
        String id;
        try (SoftwareSecurityModule module = open(settings)) {
            KeyCustody custody = module.custody();
            VendingKeyFacts other =
                    TestModules.facts(400001, 1, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
            String another = custody.beginCeremony(other, 2, null, "Ada").id();
            id = custody.beginCeremony(FACTS, 2, null, "Ada").id();
            custody.enterComponent(id, "Grace", FIRST, checkValue(FIRST));
            custody.abandonCeremony(another, "Ada", "begun by mistake");
            clock.set(clock.instant().plus(Duration.ofDays(2)));
        }
        try (SoftwareSecurityModule module = open(settings)) {
            module.custody().enterComponent(id, "Alan", SECOND, checkValue(SECOND));
            return module.custody().transcript(id);
        }
    }

    @Test
    void transcript_tellsEveryStep_andItsRecords() throws Exception {
        Instant begun = clock.instant();
        CeremonyTranscript transcript = hold(RecordSettings.STANDARD);
        assertThat(transcript.ceremony().state()).isEqualTo(KeyCeremony.State.COMPLETE);
        assertThat(transcript.ceremony().facts()).isEqualTo(FACTS);
        assertThat(transcript.ceremony().begunAt()).isEqualTo(begun);
        assertThat(transcript.ceremony().contributions())
                .extracting(KeyCeremony.Contribution::custodian)
                .containsExactly("Grace", "Alan");
        assertThat(transcript.steps())
                .extracting(step -> step.event().who() + " "
                        + step.event().facts().get("step") + " " + Duration.between(begun, step.time()))
                .containsExactly("Ada begun PT0S", "Grace entered PT0S", "Alan complete PT48H");
        assertThat(transcript.steps())
                .extracting(RecordedEvent::record)
                .doesNotHaveDuplicates()
                .isSorted()
                .allMatch(record -> record <= transcript.anchor().record());
        AuditReport audit = AuditVerifier.verify(parent.resolve("store"), List.of(transcript.anchor()));
        assertThat(audit.isIntact()).as(audit.toString()).isTrue();
        assertThat(CeremonyTranscript.verify(transcript.json())).isEqualTo(transcript);
    }

    @Test
    void transcript_ofSteps_inEarlierSegments_isTheSame() throws Exception {
        CeremonyTranscript transcript = hold(new RecordSettings(1, Duration.ofHours(1)));
        assertThat(transcript.steps()).hasSize(3);
    }

    @Test
    void transcript_hasNoSecret() throws Exception {
        String json = hold(RecordSettings.STANDARD).json().toLowerCase(Locale.ROOT);
        byte[] key = new byte[FIRST.length];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (FIRST[i] ^ SECOND[i]);
        }
        for (byte[] secret : List.of(FIRST, SECOND, key)) {
            assertThat(json).doesNotContain(HexFormat.of().formatHex(secret).substring(0, 16));
        }
        assertThat(json).doesNotContain("wrapped", "nonce");
    }

    @Test
    void transcript_edited_isRefused_andSpacesAreNoEdit() throws Exception {
        String json = hold(RecordSettings.STANDARD).json();
        assertThat(CeremonyTranscript.verify(json.replaceAll("\\s*\n\\s*", " ")).ceremony())
                .isEqualTo(CeremonyTranscript.verify(json).ceremony());
        for (String[] edit : new String[][] {
            {"Grace", "Gracy"}, {"400000", "400001"}, {"COMPLETE", "ABANDONED"}, {checkValue(FIRST), "000000"}
        }) {
            assertThat(json).contains(edit[0]);
            assertRefused(json.replaceFirst(edit[0], edit[1]), "was edited");
        }
        for (int length = 0; length < json.length() - 2; length += 61) {
            assertRefused(json.substring(0, length), "transcript");
        }
        String signature = json.substring(json.indexOf("\"signature\""));
        assertRefused(json.replace(signature, signature.replaceFirst("[0-7]", "8")), "was edited");
    }

    @Test
    void transcript_ofNoCeremony_isRefused() throws Exception {
        try (SoftwareSecurityModule module = open(RecordSettings.STANDARD)) {
            assertThatThrownBy(() -> module.custody().transcript("00000000"))
                    .isInstanceOfSatisfying(
                            SecurityModuleException.class,
                            e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED))
                    .hasMessageContaining("no ceremony");
        }
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> CeremonyTranscript.verify(json))
                .isInstanceOfSatisfying(
                        SecurityModuleException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageContaining(message);
    }
}
