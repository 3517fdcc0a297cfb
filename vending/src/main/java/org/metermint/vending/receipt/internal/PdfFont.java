package org.metermint.vending.receipt.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/** The font of a document, of which the letters in use are embedded: Liberation Sans, which comes with PDFBox. */
final class PdfFont {
    private static final String FILE = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private final PDType0Font font;

    PdfFont(PDDocument document) throws IOException {
        try (InputStream file = PDDocument.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IOException("PDFBox has no font " + FILE);
            }
            font = PDType0Font.load(document, file, true);
        }
    }

    PDType0Font font() {
        return font;
    }

    /** A text with a question mark for each letter that the font lacks. */
    String shown(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        PrintColumns.printable(text)
                .codePoints()
                .mapToObj(Character::toString)
                .forEach(letter -> shown.append(has(letter) ? letter : "?"));
        return shown.toString();
    }

    private boolean has(String letter) {
        try {
            return font.encode(letter).length > 0;
        } catch (IllegalArgumentException | IOException e) {
            return false;
        }
    }

    /** How wide a text is that the font has all letters of. */
    float width(String text, float size) throws IOException {
        return font.getStringWidth(text) / 1000 * size;
    }

    /** A text in lines no wider than this, broken between words where there are any. */
    List<String> lines(String text, float size, float width) throws IOException {
        List<String> lines = new ArrayList<>();
        String rest = shown(text);
        while (width(rest, size) > width && rest.length() > 1) {
            int fits = rest.length();
            while (fits > 1 && width(rest.substring(0, fits), size) > width) {
                fits--;
            }
            int space = rest.lastIndexOf(' ', fits);
            int end = space > 0 ? space : fits;
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }
}
