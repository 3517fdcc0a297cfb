package org.metermint.secure.internal;

import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.TokenKind;

/** A record as an object of JSON: what the record has in clear, and nothing else. */
final class RecordJson {
    private static final HexFormat HEX = HexFormat.of();

    private RecordJson() {}

    static Map<String, Object> record(long number, Instant time, byte[] clear) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("record", number);
        json.put("time", time.toString());
        if (EventLine.isEvent(clear)) {
            AuditEvent event = EventLine.read(clear);
            json.put("event", event.kind().name());
            json.put("who", event.who());
            json.put("facts", event.facts());
        } else {
            putMessage(json, IssuedMessage.read(number, time, clear, null));
        }
        return json;
    }

    private static void putMessage(Map<String, Object> json, IssuedMessage.Read read) {
        IssuedMessage message = read.message();
        json.put("client", message.client().text());
        json.put("messageId", message.request().messageId().text());
        json.put("kind", TokenKind.of(message.request()).name());
        putRequest(json, message.request());
        IssuedTokens result = message.result();
        IssuedTokens.IssuingKey key = result.key();
        if (key != null) {
            json.put("baseDate", key.baseDate().year());
            putIfPresent(json, "tid", key.tid() == null ? null : key.tid().minutes());
            json.put("keyCheckValue", key.checkValue());
        }
        putIfPresent(json, "newKeyCheckValue", message.newCheckValue());
        json.put("testOnly", result.testOnly());
        json.put("tokens", read.digests().stream().map(HEX::formatHex).toList());
    }

    private static void putRequest(Map<String, Object> json, IssueRequest request) {
        MeterKeyState meter = IssuedMessage.meter(request);
        if (meter != null) {
            json.put("meter", meter.pan().digits());
            json.put("encryptionAlgorithm", meter.algorithm().number());
            putKeyState(json, meter);
        }
        switch (request) {
            case IssueCredit credit -> {
                json.put("subclass", credit.type().subclass());
                json.put("amount", Long.toString(credit.amount().tenths()));
                json.put("tidChosenBy", credit.tid() == null ? "module" : "client");
            }
            case IssueCurrencyCredit credit -> {
                json.put("subclass", credit.type().subclass());
                json.put("amount", credit.amount().steps().toString());
                json.put("tidChosenBy", credit.tid() == null ? "module" : "client");
            }
            case IssueManagement management -> {
                json.put("value", Long.toString(IssuedMessage.value(management.order())));
                json.put("tidChosenBy", management.tid() == null ? "module" : "client");
            }
            case IssueKeyChange change -> {
                Map<String, Object> to = new LinkedHashMap<>();
                putKeyState(to, change.to());
                json.put("to", to);
            }
            case IssueMeterTest test ->
                json.put("content", HEX.toHexDigits(test.token().subclassAndPayload()));
        }
    }

    private static void putKeyState(Map<String, Object> json, MeterKeyState state) {
        json.put("supplyGroup", state.supplyGroup().digits());
        json.put("tariffIndex", state.tariffIndex().value());
        json.put("keyRevision", state.revision().value());
        json.put("keyType", state.type().number());
    }

    private static void putIfPresent(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
