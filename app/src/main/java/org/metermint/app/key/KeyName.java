package org.metermint.app.key;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

/** How a vending key is named on the command line: {@code 201457/1/2}, supply group, revision and type. */
record KeyName(String supplyGroup, int revision, int type) {
    private static final Pattern FORM = Pattern.compile("([0-9]{6})/([1-9])/([1-3])");

    void addTo(ObjectNode request) {
        request.put("supply_group", supplyGroup);
        request.put("revision", revision);
        request.put("type", type);
    }

    @Override
    public String toString() {
        return supplyGroup + "/" + revision + "/" + type;
    }

    /** Reads one. */
    static final class Converter implements CommandLine.ITypeConverter<KeyName> {
        @Override
        public KeyName convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new CommandLine.TypeConversionException("'" + text
                        + "' names no vending key; write supply group, revision and type, such as 201457/1/2");
            }
            return new KeyName(form.group(1), Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3)));
        }
    }
}
