package org.metermint.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.metermint.secure.network.wire.MeterTestToken;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.Token;
import org.metermint.token.TokenNumber;

/** No type of this module, of which there may be one in a log or a debugger's list, shows a key, a password or a token. */
class SecretTypesTest {
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(passw|passphrase|secret|accesstoken|tokendec|tokenhex|\\bpin\\b|clearkey).*");
    private static final Pattern HOLDER = Pattern.compile(
            ".*(byte\\[]|char\\[]|\\b(TokenNumber|Secret|DecoderKey|VendingKey|VendingSecret|PasswordHash)\\b).*");
    private static final String DIGITS = "12345678901234567890";
    private static final String PASSWORD = "hunter2hunter2";

    /** Types within the module whose text is a constant, or names the key by what everybody may know. */
    private static final Set<String> OF_PUBLIC_FACTS = Set.of(
            "HmacKey", "PassphraseSource", "SigningKey", "HeldKey", "StoreKey", "ModuleUser", "ClientVerification");

    /** One of each type whose components would show something if its text were not its own. */
    private static final Map<Class<?>, Object> SAMPLES = Map.of(
            IssuedTokens.class,
            new IssuedTokens(new MessageId("id"), List.of(TokenNumber.ofDigits(DIGITS)), Instant.EPOCH, false, 1, null),
            Token.class,
            token(),
            MeterTestToken.class,
            new MeterTestToken("12345678903", "600727123456789039", 1, 0, 1, 0, "", DIGITS, hex()),
            Secret.class,
            new Secret(PASSWORD),
            PasswordHash.class,
            PasswordHash.of(PASSWORD.toCharArray()));

    private static Token token() {
        return new Token(
                "12345678903",
                "600727123456789039",
                7,
                2,
                1,
                1,
                1,
                0,
                0,
                1,
                1,
                false,
                null,
                "",
                "",
                "",
                "",
                DIGITS,
                hex(),
                "",
                "");
    }

    private static String hex() {
        return TokenNumber.ofDigits(DIGITS).hex();
    }

    private static List<Class<?>> types() throws IOException, URISyntaxException {
        Path classes = Path.of(SecurityModule.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .<Class<?>>map(SecretTypesTest::load)
                    .filter(type -> !type.isSynthetic() && !type.isEnum())
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, SecurityModule.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a component or a field holds something that must not show, going by its type and its name. */
    private static boolean isSecret(String name, Class<?> type, Type generic) {
        String text = generic.getTypeName();
        return HOLDER.matcher(text).matches()
                || ((type == String.class || text.contains("String>"))
                        && SECRET_NAME.matcher(name).matches());
    }

    private static boolean isSilent(Class<?> type) {
        return SAMPLES.containsKey(type) || OF_PUBLIC_FACTS.contains(type.getSimpleName());
    }

    /** Whether the text of a component shows what it holds: arrays show nothing, and some types have a text of their own. */
    private static boolean shows(RecordComponent component) {
        boolean silent = component.getGenericType().getTypeName().contains("[]") || isSilent(component.getType());
        return !silent && isSecret(component.getName(), component.getType(), component.getGenericType());
    }

    @Test
    void recordsWithSecrets_haveATextOfTheirOwn() throws Exception {
        List<Class<?>> found = types().stream()
                .filter(type -> type.isRecord()
                        && Arrays.stream(type.getRecordComponents()).anyMatch(SecretTypesTest::shows))
                .toList();
        assertThat(found)
                .as("give a new one a text without its secrets, and add it here")
                .allMatch(SecretTypesTest::isSilent)
                .contains(IssuedTokens.class, Token.class, MeterTestToken.class);
    }

    @Test
    void otherTypesWithSecrets_haveNoTextOrASilentOne() throws Exception {
        List<Class<?>> found = types().stream()
                .filter(type -> !type.isRecord()
                        && declaresToString(type)
                        && !secrets(type).isEmpty())
                .toList();
        assertThat(found)
                .as("see that the text of a new one shows nothing, and add it here")
                .allMatch(SecretTypesTest::isSilent)
                .contains(PasswordHash.class);
    }

    private static boolean declaresToString(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("toString") && method.getParameterCount() == 0);
    }

    private static List<Field> secrets(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .filter(field -> isSecret(field.getName(), field.getType(), field.getGenericType()))
                .toList();
    }

    @Test
    void samples_showNothing() {
        SAMPLES.forEach((type, sample) -> assertThat(sample.toString() + List.of(sample))
                .as(type.getSimpleName())
                .doesNotContain(DIGITS, PASSWORD, hex())
                .doesNotContain(TokenNumber.ofDigits(DIGITS).grouped(), "12345678903"));
    }

    @Test
    void typesWithSecrets_cannotBeSerialised() throws Exception {
        for (Class<?> type : types()) {
            if (Serializable.class.isAssignableFrom(type)) {
                assertThat(secrets(type))
                        .as(type.getName())
                        .allMatch(field -> Modifier.isTransient(field.getModifiers()));
            }
        }
    }
}
