package org.metermint.vending.receipt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.Result;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.multi.qrcode.QRCodeMultiReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.metermint.vending.receipt.Paper;
import org.metermint.vending.receipt.Receipt;

/** The forms that a receipt takes: text as golden files, PDF as a reader reads it, short messages by their laws. */
class ReceiptFormsTest {
    private static final List<String> SAMPLES =
            List.of("plain", "copy", "key-change", "invoice", "free", "free-alone", "no-token", "money");

    private static final Path GOLDEN = Path.of("src/test/resources/receipts");

    @ParameterizedTest
    @CsvSource({
        "plain, MM_58",
        "plain, MM_80",
        "copy, MM_58",
        "copy, MM_80",
        "key-change, MM_58",
        "key-change, MM_80",
        "invoice, MM_58",
        "invoice, MM_80",
        "free, MM_58",
        "free, MM_80",
        "free-alone, MM_58",
        "no-token, MM_58",
        "no-token, MM_80",
        "money, MM_58",
        "money, MM_80",
    })
    void text_isAsPrinted(String name, Paper paper) throws Exception {
        String text = ReceiptText.render(sample(name), paper, Words.ENGLISH);
        assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(paper.columns());
        assertGolden(name + "-" + paper.columns() + ".txt", text);
    }

    @ParameterizedTest
    @CsvSource({"plain", "copy", "key-change", "invoice", "free", "free-alone", "no-token", "money"})
    void message_isAsSent(String name) throws Exception {
        assertGolden(name + "-message.txt", ReceiptMessage.render(sample(name), Words.ENGLISH));
    }

    @Test
    void anyNames_fitTheirForms() {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Receipt receipt = random(random);
            for (Paper paper : Paper.values()) {
                String text = ReceiptText.render(receipt, paper, Words.ENGLISH);
                assertThat(text.lines().mapToInt(PrintColumns::width).max().orElseThrow())
                        .as("width of %s, seed %d", text, seed)
                        .isLessThanOrEqualTo(paper.columns());
                assertThat(text.codePoints().allMatch(c -> c == '\n' || !Character.isISOControl(c)))
                        .as("seed %d", seed)
                        .isTrue();
                assertThat(text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
                        .as("no letter of %s is broken, seed %d", text, seed)
                        .isTrue();
                receipt.tokens()
                        .forEach(token -> assertThat(text).as("seed %d", seed).contains(token.grouped()));
            }
            String message = ReceiptMessage.render(receipt, Words.ENGLISH);
            assertThat(GsmAlphabet.septets(message))
                    .as("septets of %s, seed %d", message, seed)
                    .isLessThanOrEqualTo(160);
            assertThat(digits(message)).as("%s, seed %d", message, seed).startsWith(expectedDigits(receipt));
            assertThat(message.contains("COPY")).as("seed %d", seed).isEqualTo(receipt.copy());
            assertThat(message.contains("TEST ONLY")).as("seed %d", seed).isEqualTo(receipt.testOnly());
        }
    }

    /** Tokens of a message without their numbers and kinds. */
    private static String digits(String message) {
        return message.replaceAll("(?m)^[1-6](/[1-6])?( (key|free|credit))? ", "")
                .replaceAll("\\s", "");
    }

    private static String expectedDigits(Receipt receipt) {
        return receipt.tokens().isEmpty()
                ? "Paidtoyouraccount"
                : receipt.tokens().stream().map(Receipt.Token::digits).reduce("", String::concat);
    }

    private static Receipt random(Random random) {
        SampleReceipts.Sample sample = new SampleReceipts.Sample()
                .named(name(random), name(random))
                .labelled(name(random))
                .issuer(new Receipt.Issuer(
                        List.of(name(random), name(random)),
                        Optional.of(name(random)),
                        Optional.of(name(random)),
                        Optional.of(name(random))));
        boolean free = random.nextBoolean();
        if (free) {
            sample.free("50.0");
        }
        if (random.nextBoolean()) {
            sample.marked();
        }
        // four key change tokens at most
        return sample.tokens(random.nextInt(5), free, random.nextInt(4) > 0).receipt();
    }

    @Test
    void names_cannotSteerThePrinter_norTurnDigitsAround() {
        Receipt receipt = new SampleReceipts.Sample()
                .named("Power\u001Bp\n0000 0000", "\u202Ereversed\u2066 \uD800half")
                .receipt();
        assertThat(ReceiptText.render(receipt, Paper.MM_58, Words.ENGLISH))
                .contains("Power p 0000 0000", "reversed ?half")
                .doesNotContain("\u001B", "\u202E", "\u2066");
    }

    @Test
    void names_ofAnyScript_takeTheRoomThatTheirLettersTake() {
        assertThat(PrintColumns.width("e\u0301")).isEqualTo(1);
        assertThat(PrintColumns.width("東京 Power")).isEqualTo(10);
        assertThat(PrintColumns.width("\uD83D\uDD0C")).isEqualTo(2);
        assertThat(PrintColumns.width("شركة")).isEqualTo(4);
        assertThat(PrintColumns.lines("東京電力", 5)).containsExactly("東京", "電力");
        assertThat(PrintColumns.lines("a\uD83D\uDD0Cb", 2)).containsExactly("a", "\uD83D\uDD0C", "b");
    }

    @Test
    void message_leavesOutANameThatItCannotWrite() {
        assertThat(ReceiptMessage.render(
                        new SampleReceipts.Sample().named("東京電力", "x").receipt(), Words.ENGLISH))
                .endsWith("Receipt 1089");
        assertThat(ReceiptMessage.render(
                        new SampleReceipts.Sample().named("東京 Power", "x").receipt(), Words.ENGLISH))
                .endsWith("?? Power");
    }

    @Test
    void alphabet_countsEscapesTwice_andFoldsTheRest() {
        assertThat(GsmAlphabet.septets("Ñandú".replace("ú", "ù") + "[€]")).isEqualTo(5 + 6);
        assertThat(GsmAlphabet.fold("Łódź São ﬁ 東")).isEqualTo("?odz Sao fi ?");
        assertThat(GsmAlphabet.fold("Tabs\tbecome marks")).isEqualTo("Tabs?become marks");
    }

    @Test
    void pdf_hasEveryWordOfTheText_andItsFontIsEmbedded() throws Exception {
        for (String kind : SAMPLES) {
            Receipt receipt = sample(kind);
            try (PDDocument document = Loader.loadPDF(ReceiptPdf.render(receipt, Words.ENGLISH))) {
                String read = new PDFTextStripper().getText(document).replaceAll("\\s+", " ");
                String text = ReceiptText.render(receipt, Paper.MM_80, Words.ENGLISH);
                for (String word : text.replaceAll("-{2,}", " ").split("\\s+", -1)) {
                    assertThat(read).contains(word);
                }
                for (Receipt.Token token : receipt.tokens()) {
                    assertThat(read).contains(token.grouped());
                }
                for (PDPage page : document.getPages()) {
                    for (COSName name : page.getResources().getFontNames()) {
                        assertThat(page.getResources().getFont(name).isEmbedded())
                                .isTrue();
                    }
                }
                assertThat(document.getDocumentInformation().getTitle())
                        .isEqualTo((kind.equals("invoice") ? "TAX INVOICE" : "RECEIPT") + " 1089");
            }
        }
    }

    @Test
    void pdf_codesHoldTheDigits_inTheOrderOfTheTokens() throws Exception {
        for (Receipt receipt : List.of(SampleReceipts.PLAIN, SampleReceipts.KEY_CHANGE, SampleReceipts.FREE)) {
            List<String> read = new ArrayList<>();
            try (PDDocument document = Loader.loadPDF(ReceiptPdf.render(receipt, Words.ENGLISH))) {
                for (int page = 0; page < document.getNumberOfPages(); page++) {
                    read.addAll(codes(new PDFRenderer(document).renderImageWithDPI(page, 150)));
                }
            }
            assertThat(read)
                    .containsExactlyElementsOf(
                            receipt.tokens().stream().map(Receipt.Token::digits).toList());
        }
    }

    @Test
    void pdf_ofATaxInvoiceWithOneToken_isOnePage() throws Exception {
        try (PDDocument document = Loader.loadPDF(ReceiptPdf.render(SampleReceipts.INVOICE, Words.ENGLISH))) {
            assertThat(document.getNumberOfPages()).isEqualTo(1);
        }
    }

    @Test
    void pdf_ofAnyNames_hasEveryToken() throws Exception {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            Receipt receipt = random(random);
            try (PDDocument document = Loader.loadPDF(ReceiptPdf.render(receipt, Words.ENGLISH))) {
                String read = new PDFTextStripper().getText(document);
                receipt.tokens()
                        .forEach(token -> assertThat(read).as("seed %d", seed).contains(token.grouped()));
            }
        }
    }

    @Test
    void pdf_ofTheSameReceipt_isTheSameToTheOctet() {
        byte[] first = ReceiptPdf.render(SampleReceipts.KEY_CHANGE, Words.ENGLISH);
        assertThat(ReceiptPdf.render(SampleReceipts.KEY_CHANGE, Words.ENGLISH)).isEqualTo(first);
    }

    @Test
    void pdf_ofLettersThatTheFontLacks_isMadeAllTheSame() throws Exception {
        Receipt receipt = new SampleReceipts.Sample()
                .named("東京 \uD83D\uDD0C Power", "x".repeat(300))
                .receipt();
        try (PDDocument document = Loader.loadPDF(ReceiptPdf.render(receipt, Words.ENGLISH))) {
            assertThat(new PDFTextStripper().getText(document)).contains("?? ? Power");
        }
    }

    private static List<String> codes(BufferedImage image) throws Exception {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        BinaryBitmap bitmap = new BinaryBitmap(
                new HybridBinarizer(new RGBLuminanceSource(image.getWidth(), image.getHeight(), pixels)));
        return Arrays.stream(new QRCodeMultiReader().decodeMultiple(bitmap))
                .sorted((a, b) -> Float.compare(a.getResultPoints()[1].getY(), b.getResultPoints()[1].getY()))
                .map(Result::getText)
                .toList();
    }

    private static String name(Random random) {
        int[] letters = "abcdefghij KLMN éñŁ€[]東شركة-.'\u0301\uD83D\uDD0C\uD83D\uDC68\u200D\uD83D\uDC69\u202E\t"
                .codePoints()
                .toArray();
        int length = 1 + random.nextInt(120);
        StringBuilder name = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            name.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return name.toString();
    }

    private static Receipt sample(String name) {
        return switch (name) {
            case "plain" -> SampleReceipts.PLAIN;
            case "copy" -> SampleReceipts.COPY;
            case "key-change" -> SampleReceipts.KEY_CHANGE;
            case "invoice" -> SampleReceipts.INVOICE;
            case "free" -> SampleReceipts.FREE;
            case "free-alone" -> SampleReceipts.FREE_ALONE;
            case "no-token" -> SampleReceipts.NO_TOKEN;
            case "money" -> SampleReceipts.MONEY;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** {@code -Dmetermint.regenerate=true} writes the file instead. */
    private static void assertGolden(String name, String text) throws IOException {
        if (Boolean.getBoolean("metermint.regenerate")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(GOLDEN.resolve(name), text);
        }
        try (InputStream golden = Files.newInputStream(GOLDEN.resolve(name))) {
            assertThat(text).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
