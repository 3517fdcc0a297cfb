package org.metermint.vending.receipt.internal;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDPageContentStream.AppendMode;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.metermint.vending.receipt.Receipt;

/** A receipt as a PDF document. Lengths are points, 1/72 of an inch; the page begins at its top. */
final class ReceiptPdf {
    private static final PDRectangle PAGE = PDRectangle.A5;
    private static final float MARGIN = 34;
    private static final float WIDTH = PAGE.getWidth() - 2 * MARGIN;
    private static final float SMALL = 7;
    private static final float BODY = 9;
    private static final float HEADING = 13;
    private static final float TOKEN = 16;
    private static final String INDENT = "    ";

    /** A line takes this much more than its letters are high. */
    private static final float LEADING = 1.25f;

    /** Side of a QR code: its 25 modules and the quiet zone around them are a millimetre wide each. */
    private static final float CODE = 94;

    private final Receipt receipt;
    private final Words words;
    private final PDDocument document;
    private final PdfFont font;
    private final List<PDPage> pages = new ArrayList<>();
    private PDPageContentStream content;
    private float y;

    private ReceiptPdf(Receipt receipt, Words words, PDDocument document) throws IOException {
        this.receipt = receipt;
        this.words = words;
        this.document = document;
        this.font = new PdfFont(document);
        this.content = newPage();
    }

    static byte[] render(Receipt receipt, Words words) {
        try (PDDocument document = new PDDocument();
                ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024)) {
            ReceiptPdf pdf = new ReceiptPdf(receipt, words, document);
            pdf.write();
            document.save(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a receipt could not be set", e);
        }
    }

    private void write() throws IOException {
        var about = document.getDocumentInformation();
        about.setTitle(words.title(receipt) + " " + receipt.receiptNumber());
        about.setAuthor(receipt.utility());
        about.setCreationDate(GregorianCalendar.from(receipt.issuedAt()));
        // the same receipt is the same document
        document.setDocumentId(receipt.saleId().getLeastSignificantBits());
        head();
        purchase();
        tokens();
        content.close();
        numberPages();
    }

    private void head() throws IOException {
        List<String> letterhead = words.letterhead(receipt);
        centre(letterhead.getFirst(), HEADING, true);
        for (String line : letterhead.subList(1, letterhead.size())) {
            centre(line, BODY, false);
        }
        centre(words.title(receipt), BODY, receipt.invoice().isPresent());
        for (String mark : words.marks(receipt)) {
            centre(mark, BODY, true);
        }
        rule();
        pairs(words.facts(receipt));
        rule();
    }

    private void purchase() throws IOException {
        pair(words.tariff(receipt), "");
        for (String step : words.steps(receipt)) {
            pair(INDENT + step, "");
        }
        for (Receipt.Line line : receipt.lines()) {
            pair(line.label(), line.amount());
            if (line.taxable().isPresent()) {
                pair(INDENT + words.taxable(line).orElseThrow(), "");
            }
        }
        pairs(words.free(receipt).stream().toList());
        pairs(words.invoice(receipt));
        pair(words.of("tendered", receipt.currency()), receipt.tendered());
        for (Receipt.Owed owed : receipt.owed()) {
            pair(words.of("owed", owed.label()), owed.balance());
        }
        pairs(words.units(receipt));
        rule();
    }

    private void tokens() throws IOException {
        for (String about : words.aboutTokens(receipt)) {
            pair(about, "");
        }
        for (Receipt.Token token : receipt.tokens()) {
            need(CODE + BODY);
            float top = y;
            text(words.token(receipt, token), MARGIN, top - BODY * LEADING, BODY, false);
            text(token.grouped(), MARGIN, top - BODY * LEADING - TOKEN * 2, TOKEN, true);
            code(token.digits(), PAGE.getWidth() - MARGIN - CODE, top - CODE);
            y = top - CODE - SMALL;
        }
        if (receipt.issuer().message().isPresent()) {
            rule();
            centre(receipt.issuer().message().get(), BODY, false);
        }
    }

    private void pairs(List<Words.Pair> pairs) throws IOException {
        for (Words.Pair pair : pairs) {
            pair(pair.label(), pair.value());
        }
    }

    /** Draws a QR code of digits, as squares and not as an image: it is sharp on every printer. */
    private void code(String digits, float left, float bottom) throws IOException {
        BitMatrix matrix;
        try {
            matrix = new QRCodeWriter()
                    .encode(
                            digits,
                            BarcodeFormat.QR_CODE,
                            0,
                            0,
                            Map.of(EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.M, EncodeHintType.MARGIN, 4));
        } catch (WriterException e) {
            throw new IllegalStateException("twenty digits fit into every QR code", e);
        }
        float module = CODE / matrix.getHeight();
        for (int row = 0; row < matrix.getHeight(); row++) {
            for (int column = 0; column < matrix.getWidth(); column++) {
                if (matrix.get(column, row)) {
                    content.addRect(left + column * module, bottom + CODE - (row + 1) * module, module, module);
                }
            }
        }
        content.fill();
    }

    private void numberPages() throws IOException {
        if (pages.size() == 1) {
            return;
        }
        for (int i = 0; i < pages.size(); i++) {
            content = new PDPageContentStream(document, pages.get(i), AppendMode.APPEND, true, true);
            String page = words.of("page", Integer.toString(i + 1), Integer.toString(pages.size()));
            text(page, PAGE.getWidth() - MARGIN - font.width(page, SMALL), MARGIN / 2, SMALL, false);
            content.close();
        }
    }

    /** A label on the left and a value on the right, each in as many lines as it needs. */
    private void pair(String label, String value) throws IOException {
        List<String> left = font.lines(label, BODY, value.isEmpty() ? WIDTH : WIDTH * 0.55f);
        List<String> right = font.lines(value, BODY, WIDTH * 0.43f);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            need(BODY * LEADING);
            y -= BODY * LEADING;
            if (i < left.size()) {
                text(left.get(i), MARGIN, y, BODY, false);
            }
            if (i < right.size()) {
                float width = font.width(right.get(i), BODY);
                text(right.get(i), PAGE.getWidth() - MARGIN - width, y, BODY, false);
            }
        }
    }

    private void centre(String what, float size, boolean bold) throws IOException {
        for (String line : font.lines(what, size, WIDTH)) {
            need(size * LEADING);
            y -= size * LEADING;
            text(line, (PAGE.getWidth() - font.width(line, size)) / 2, y, size, bold);
        }
    }

    private void rule() throws IOException {
        need(BODY);
        y -= BODY * 0.6f;
        content.setLineWidth(0.5f);
        content.moveTo(MARGIN, y);
        content.lineTo(PAGE.getWidth() - MARGIN, y);
        content.stroke();
        y -= BODY * 0.2f;
    }

    private void text(String what, float left, float bottom, float size, boolean bold) throws IOException {
        content.beginText();
        content.setFont(font.font(), size);
        content.setRenderingMode(bold ? RenderingMode.FILL_STROKE : RenderingMode.FILL);
        content.setLineWidth(size / 40);
        content.newLineAtOffset(left, bottom);
        content.showText(font.shown(what));
        content.endText();
    }

    /** Begins a page if so much height is not left on this one. */
    private void need(float height) throws IOException {
        if (y - height < MARGIN) {
            content.close();
            content = newPage();
        }
    }

    private PDPageContentStream newPage() throws IOException {
        PDPage page = new PDPage(PAGE);
        document.addPage(page);
        pages.add(page);
        y = PAGE.getHeight() - MARGIN;
        return new PDPageContentStream(document, page);
    }
}
