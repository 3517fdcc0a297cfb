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
    private static final Path GOLDEN = Path.of("src/test/resources/receipts");

    @ParameterizedTest
    @CsvSource({
        "plain, MM_58",
        "plain, MM_80",
        "copy, MM_58",
        "copy, MM_80",
        "key-change, MM_58",
        "key-change, MM_80",
    })
    void text_isAsPrinted(String name, Paper paper) throws Exception {
        String text = ReceiptText.render(sample(name), paper, Words.ENGLISH);
        assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(paper.columns());
        assertGolden(name + "-" + paper.columns() + ".txt", text);
    }

    @ParameterizedTest
    @CsvSource({"plain", "copy", "key-change"})
    void message_isAsSent(String name) throws Exception {
        assertGolden(name + "-message.txt", ReceiptMessage.render(sample(name), Words.ENGLISH));
    }

    @Test
    void message_fitsIntoOne_andBeginsWithAllTokens() {
        long seed = Long.getLong("metermint.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            Receipt receipt = SampleReceipts.of(
                    random.nextBoolean(),
                    random.nextBoolean(),
                    name(random),
                    name(random),
                    random.nextInt(5)); // four key change tokens at most
            String message = ReceiptMessage.render(receipt, Words.ENGLISH);
            assertThat(GsmAlphabet.septets(message))
                    .as("septets of %s, seed %d", message, seed)
                    .isLessThanOrEqualTo(160);
            String expected = receipt.tokens().stream()
                    .map(token -> (token.of() > 1 ? token.number() + "/" + token.of() : "") + token.digits())
                    .reduce("", String::concat);
            assertThat(message.replaceAll("\\s", "")).as("seed %d", seed).startsWith(expected);
            assertThat(message.contains("COPY")).as("seed %d", seed).isEqualTo(receipt.copy());
            assertThat(message.contains("TEST ONLY")).as("seed %d", seed).isEqualTo(receipt.testOnly());
        }
    }

    @Test
    void alphabet_countsEscapesTwice_andFoldsTheRest() {
        assertThat(GsmAlphabet.septets("Ñandú".replace("ú", "ù") + "[€]")).isEqualTo(5 + 6);
        assertThat(GsmAlphabet.fold("Łódź São ﬁ 東")).isEqualTo("?odz Sao fi ?");
        assertThat(GsmAlphabet.fold("Tabs\tbecome marks")).isEqualTo("Tabs?become marks");
    }

    @Test
    void pdf_hasEveryWordOfTheText_andItsFontIsEmbedded() throws Exception {
        for (Receipt receipt : List.of(SampleReceipts.PLAIN, SampleReceipts.COPY, SampleReceipts.KEY_CHANGE)) {
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
                assertThat(document.getDocumentInformation().getTitle()).isEqualTo("RECEIPT 1089");
            }
        }
    }

    @Test
    void pdf_codesHoldTheDigits_inTheOrderOfTheTokens() throws Exception {
        for (Receipt receipt : List.of(SampleReceipts.PLAIN, SampleReceipts.KEY_CHANGE)) {
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
    void pdf_ofTheSameReceipt_isTheSameToTheOctet() {
        byte[] first = ReceiptPdf.render(SampleReceipts.KEY_CHANGE, Words.ENGLISH);
        assertThat(ReceiptPdf.render(SampleReceipts.KEY_CHANGE, Words.ENGLISH)).isEqualTo(first);
    }

    @Test
    void pdf_ofLettersThatTheFontLacks_isMadeAllTheSame() throws Exception {
        Receipt receipt = SampleReceipts.of(false, false, "東京 \uD83D\uDD0C Power", "x".repeat(300), 0);
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
        String letters = "abcdefghij KLMN éñŁ€[]東-.'";
        int length = 1 + random.nextInt(120);
        StringBuilder name = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            name.append(letters.charAt(random.nextInt(letters.length())));
        }
        return name.toString();
    }

    private static Receipt sample(String name) {
        return switch (name) {
            case "plain" -> SampleReceipts.PLAIN;
            case "copy" -> SampleReceipts.COPY;
            case "key-change" -> SampleReceipts.KEY_CHANGE;
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
