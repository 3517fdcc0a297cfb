package org.metermint.app.key;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.BackupReceipt;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssuePolicyJson;
import org.metermint.secure.KeyCeremony;
import org.metermint.secure.KeyEncryptionKeySource;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.VendingKeyName;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What can be asked about keys and done to them, one JSON object each way and a secret beside the request: the same
 * whether a command opened the store itself or asks the process that has it open.
 */
final class KeyOperations {
    private final SoftwareSecurityModule module;
    private final Clock clock;

    KeyOperations(SoftwareSecurityModule module, Clock clock) {
        this.module = module;
        this.clock = clock;
    }

    /** A request that is not what its operation wants. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /**
     * Does what a request asks for.
     *
     * @param secret that came with it, for the caller to wipe
     * @throws SecurityModuleException if the module refuses
     * @throws Malformed if the request cannot be understood
     */
    ObjectNode perform(JsonNode request, byte[] secret) throws SecurityModuleException, Malformed {
        return switch (text(request, "do")) {
            case "list" -> list();
            case "expire" -> key(module.custody().expire(name(request), text(request, "by"), text(request, "reason")));
            case "destroy" -> destroy(request);
            case "rotate-kek" -> rotate(request, secret);
            case "test-keys" -> testKeys();
            case "ceremony-begin" ->
                ceremony(module.custody()
                        .beginCeremony(
                                facts(request),
                                number(request, "custodians", n -> n),
                                optional(request, "check_value"),
                                text(request, "by")));
            case "ceremony-enter" ->
                ceremony(module.custody()
                        .enterComponent(
                                text(request, "ceremony"),
                                text(request, "custodian"),
                                secret,
                                text(request, "check_value")));
            case "ceremony-abandon" ->
                ceremony(module.custody()
                        .abandonCeremony(text(request, "ceremony"), text(request, "by"), text(request, "reason")));
            case "ceremonies" -> ceremonies();
            case "transcript" -> transcript(request);
            case "backup" -> backup(request, secret);
            case "export" -> export(request);
            case "policy" -> policy();
            case "set-policy" -> setPolicy(request);
            default -> throw new Malformed("there is no operation of that name; use the same version of the program");
        };
    }

    private ObjectNode list() throws SecurityModuleException {
        ObjectNode answer = object();
        answer.put("module", module.status().moduleId());
        ArrayNode keys = answer.putArray("keys");
        for (VendingKeyInfo info : module.vendingKeys()) {
            keys.add(key(info));
        }
        ArrayNode alerts = answer.putArray("alerts");
        module.status().alerts().forEach(alerts::add);
        return answer;
    }

    private ObjectNode destroy(JsonNode request) throws SecurityModuleException, Malformed {
        VendingKeyName name = name(request);
        String typed = text(request, "check_value");
        for (VendingKeyInfo info : module.vendingKeys()) {
            if (info.name().equals(name) && !info.keyCheckValue().equalsIgnoreCase(typed)) {
                throw new SecurityModuleException(
                        SecurityModuleException.Kind.NOT_PERMITTED,
                        "the key of " + name + " does not have the check value that was given; look at the list of keys"
                                + " whether it is the right one");
            }
        }
        return key(module.custody()
                .destroy(name, text(request, "by"), text(request, "confirmed_by"), text(request, "reason")));
    }

    private ObjectNode rotate(JsonNode request, byte[] secret) throws SecurityModuleException, Malformed {
        String keyFile = optional(request, "key_file");
        if (keyFile != null) {
            module.custody()
                    .rotateKeyEncryptionKey(KeyEncryptionKeySource.keyFile(Path.of(keyFile)), text(request, "by"));
            return object();
        }
        char[] passphrase = characters(secret);
        try {
            module.custody().rotateKeyEncryptionKey(KeyEncryptionKeySource.passphrase(passphrase), text(request, "by"));
            return object();
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private ObjectNode testKeys() throws SecurityModuleException {
        module.loadTestOnlyVendingKeys();
        return list();
    }

    private ObjectNode ceremonies() throws SecurityModuleException {
        ObjectNode answer = object();
        ArrayNode ceremonies = answer.putArray("ceremonies");
        for (KeyCeremony one : module.custody().ceremonies()) {
            ceremonies.add(ceremony(one));
        }
        return answer;
    }

    private ObjectNode transcript(JsonNode request) throws SecurityModuleException, Malformed {
        ObjectNode answer = object();
        answer.put(
                "transcript",
                module.custody().transcript(text(request, "ceremony")).json());
        return answer;
    }

    private ObjectNode backup(JsonNode request, byte[] secret) throws SecurityModuleException, Malformed {
        char[] passphrase = characters(secret);
        try {
            BackupReceipt receipt =
                    module.custody().backup(text(request, "file", Path::of), passphrase, text(request, "by"));
            ObjectNode answer = object();
            answer.put("file", receipt.file().toString());
            answer.put("module", receipt.moduleId());
            answer.put("time", receipt.time().toString());
            answer.put("last_record", receipt.lastRecord());
            answer.put("chain_hash", receipt.chainHash());
            answer.put("sha256", receipt.sha256());
            return answer;
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private ObjectNode export(JsonNode request) throws SecurityModuleException, Malformed {
        ObjectNode answer = object();
        module.exportDay(text(request, "day", LocalDate::parse), text(request, "by"))
                .ifPresent(file -> answer.put("file", file.toAbsolutePath().toString()));
        return answer;
    }

    private ObjectNode policy() {
        ObjectNode answer = object();
        answer.set("policy", JsonMapper.shared().readTree(IssuePolicyJson.write(module.policy())));
        return answer;
    }

    /** Sets a policy, unless it is no longer the one that whoever asks has seen. */
    private synchronized ObjectNode setPolicy(JsonNode request) throws SecurityModuleException, Malformed {
        JsonNode seen = request.get("seen");
        if (seen != null && !seen.equals(policy().get("policy"))) {
            throw new SecurityModuleException(
                    SecurityModuleException.Kind.NOT_PERMITTED,
                    "somebody else changed the policy meanwhile; do it again");
        }
        JsonNode policy = request.get("policy");
        if (policy == null) {
            throw new Malformed("the request lacks the policy");
        }
        try {
            IssuePolicy next =
                    IssuePolicyJson.read(Path.of("policy"), JsonMapper.shared().writeValueAsBytes(policy));
            module.setPolicy(next, text(request, "by"));
        } catch (IllegalArgumentException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
        return policy();
    }

    private static VendingKeyName name(JsonNode request) throws Malformed {
        return new VendingKeyName(
                text(request, "supply_group", SupplyGroupCode::parse),
                number(request, "revision", KeyRevisionNumber::new),
                number(request, "type", KeyType::ofNumber));
    }

    private static VendingKeyFacts facts(JsonNode request) throws Malformed {
        VendingKeyName name = name(request);
        BaseDate baseDate = number(request, "base_date", BaseDate::ofYear);
        KeyExpiryNumber expiry = number(request, "expiry", KeyExpiryNumber::new);
        KeyGeneration algorithm = number(request, "algorithm", KeyGeneration::ofNumber);
        Instant activeFrom = optional(request, "active_from") == null
                ? baseDate.start()
                : text(request, "active_from", Instant::parse);
        try {
            return new VendingKeyFacts(
                    name.supplyGroup(), name.revision(), name.type(), baseDate, expiry, activeFrom, algorithm);
        } catch (IllegalArgumentException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode key(VendingKeyInfo info) {
        ObjectNode key = object();
        key.put("supply_group", info.supplyGroup().digits());
        key.put("revision", info.revision().value());
        key.put("type", info.type().number());
        key.put("base_date", info.baseDate().year());
        key.put("expiry", info.expiry().value());
        key.put("active_from", info.activeFrom().toString());
        key.put("expires_at", info.expiresAt().toString());
        key.put("algorithm", info.algorithm().name());
        key.put("check_value", info.keyCheckValue());
        key.put("status", info.status(clock.instant()).name());
        key.put("test_only", info.testOnly());
        putIfThere(key, "expired_by_hand_at", info.expiredAt());
        putIfThere(key, "destroyed_at", info.destroyedAt());
        return key;
    }

    static ObjectNode ceremony(KeyCeremony ceremony) {
        ObjectNode json = object();
        json.put("ceremony", ceremony.id());
        json.put("state", ceremony.state().name());
        VendingKeyFacts facts = ceremony.facts();
        json.put("supply_group", facts.supplyGroup().digits());
        json.put("revision", facts.revision().value());
        json.put("type", facts.type().number());
        json.put("base_date", facts.baseDate().year());
        json.put("expiry", facts.expiry().value());
        json.put("active_from", facts.activeFrom().toString());
        json.put("algorithm", facts.algorithm().name());
        json.put("key_octets", facts.algorithm().keyOctets());
        json.put("custodians", ceremony.custodians());
        json.put("missing", ceremony.missing());
        putIfThere(json, "expected_check_value", ceremony.expectedCheckValue());
        json.put("begun_by", ceremony.begunBy());
        json.put("begun_at", ceremony.begunAt().toString());
        ArrayNode entered = json.putArray("entered");
        ceremony.contributions().forEach(one -> {
            ObjectNode contribution = entered.addObject();
            contribution.put("custodian", one.custodian());
            contribution.put("at", one.at().toString());
            contribution.put("check_value", one.checkValue());
        });
        putIfThere(json, "ended_at", ceremony.endedAt());
        putIfThere(json, "check_value", ceremony.keyCheckValue());
        json.put("test_only", ceremony.testOnly());
        return json;
    }

    private static void putIfThere(ObjectNode json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }

    static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    private static char[] characters(byte[] utf8) throws Malformed {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            Arrays.fill(decoded.array(), '\0');
            return characters;
        } catch (CharacterCodingException e) {
            throw new Malformed("the secret is not text in UTF-8");
        }
    }

    private static String text(JsonNode request, String name) throws Malformed {
        JsonNode member = request.get(name);
        if (member == null || !member.isString()) {
            throw new Malformed("the request lacks the text " + name);
        }
        return member.stringValue();
    }

    private static @Nullable String optional(JsonNode request, String name) throws Malformed {
        return request.has(name) ? text(request, name) : null;
    }

    private static <T> T text(JsonNode request, String name, Function<String, T> reader) throws Malformed {
        String text = text(request, name);
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new Malformed(name + " cannot be read: " + e.getMessage());
        }
    }

    private static <T> T number(JsonNode request, String name, IntFunction<T> reader) throws Malformed {
        JsonNode member = request.get(name);
        if (member == null || !member.isInt()) {
            throw new Malformed("the request lacks the whole number " + name);
        }
        try {
            return reader.apply(member.intValue());
        } catch (IllegalArgumentException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
    }

    /** Every operation, for who wants to try them all. */
    static List<String> names() {
        return List.of(
                "list",
                "expire",
                "destroy",
                "rotate-kek",
                "test-keys",
                "ceremony-begin",
                "ceremony-enter",
                "ceremony-abandon",
                "ceremonies",
                "transcript",
                "backup",
                "export",
                "policy",
                "set-policy");
    }
}
