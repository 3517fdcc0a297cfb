package org.metermint.app.tariff;

import java.util.List;
import org.metermint.vending.effect.Effect;
import org.metermint.vending.effect.Effect.Bucket;

/** A chart of what customers would have got for the same money: a bar for each bucket of the change, as SVG. */
final class EffectChart {
    private static final String TITLE = "What customers would get for the same money";
    private static final int WIDTH = 960;
    private static final int LEFT = 90;
    private static final int RIGHT = 24;
    private static final int TOP = 136;
    private static final int BOTTOM = 380;
    private static final int GAP = 3;
    private static final int GRID = 4;
    private static final String LESS = "#b4472e";
    private static final String MORE = "#22776b";

    private final Effect effect;
    private final EffectWords words;
    private final StringBuilder svg = new StringBuilder();

    EffectChart(Effect effect, EffectWords words) {
        this.effect = effect;
        this.words = words;
    }

    String svg() {
        svg.setLength(0);
        line(("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d 480\" width=\"%1$d\" height=\"480\""
                        + " font-family=\"system-ui, sans-serif\" role=\"img\" aria-labelledby=\"title\">")
                .formatted(WIDTH));
        line("<title id=\"title\">%s</title>".formatted(escaped(TITLE)));
        line("<rect width=\"%d\" height=\"480\" fill=\"#ffffff\"/>".formatted(WIDTH));
        text(LEFT, 36, 20, "#111827", "start", TITLE);
        text(LEFT, 60, 13, "#4b5563", "start", whose());
        text(LEFT, 78, 13, "#4b5563", "start", "priced by " + words.by());
        if (effect.spread().customers() > 0) {
            text(LEFT, 96, 13, "#4b5563", "start", spread());
            bars();
        }
        line("</svg>");
        return svg.toString();
    }

    private String whose() {
        return "%,d customers of tariff %s, %s to %s"
                .formatted(
                        effect.spread().customers(),
                        effect.question().tariff(),
                        effect.question().from(),
                        effect.question().to());
    }

    private String spread() {
        Effect.Spread spread = effect.spread();
        return "median %s, one in twenty %s or less, one in twenty %s or more"
                .formatted(
                        EffectWords.percent(spread.median()),
                        EffectWords.percent(spread.p5()),
                        EffectWords.percent(spread.p95()));
    }

    private void bars() {
        List<Bucket> buckets = effect.spread().buckets();
        long most = buckets.stream().mapToLong(Bucket::customers).max().orElse(1);
        long step = step(most);
        long top = Math.ceilDiv(most, step) * step;
        for (long mark = 0; mark <= top; mark += step) {
            long y = height(mark, top);
            rule(y, "#e5e7eb");
            text(LEFT - 8, y + 4, 12, "#4b5563", "end", "%,d".formatted(mark));
        }
        int room = (WIDTH - LEFT - RIGHT) / buckets.size();
        for (int i = 0; i < buckets.size(); i++) {
            bar(i, room, top);
        }
        rule(BOTTOM, "#374151");
        text(
                LEFT + (WIDTH - LEFT - RIGHT) / 2L,
                468,
                13,
                "#374151",
                "middle",
                "change in " + words.unit() + " for the same money");
        text(LEFT, TOP - 14, 13, "#374151", "start", "customers");
    }

    private void rule(long y, String colour) {
        line("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>"
                .formatted(LEFT, y, WIDTH - RIGHT, y, colour));
    }

    private void bar(int place, int room, long top) {
        Bucket bucket = effect.spread().buckets().get(place);
        String colour = bucket.to() <= 0 ? LESS : MORE;
        long x = LEFT + (long) place * room + GAP;
        long y = height(bucket.customers(), top);
        String range = words.range(place);
        line("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"><title>%s: %,d</title></rect>"
                .formatted(x, y, room - 2 * GAP, BOTTOM - y, colour, escaped(range), bucket.customers()));
        long middle = x + room / 2L - GAP;
        line(("<text x=\"%1$d\" y=\"%2$d\" font-size=\"11\" fill=\"#374151\" text-anchor=\"end\""
                        + " transform=\"rotate(-40 %1$d %2$d)\">%3$s</text>")
                .formatted(middle, BOTTOM + 16, escaped(range)));
    }

    /** Between marks: 1, 2 or 5 and zeros. */
    private static long step(long most) {
        long step = 1;
        int turn = 0;
        while (step * GRID < most) {
            step = turn % 3 == 1 ? step / 2 * 5 : step * 2;
            turn++;
        }
        return step;
    }

    private static long height(long customers, long top) {
        return BOTTOM - customers * (BOTTOM - TOP) / top;
    }

    private void text(long x, long y, int size, String colour, String anchor, String words) {
        line("<text x=\"%d\" y=\"%d\" font-size=\"%d\" fill=\"%s\" text-anchor=\"%s\">%s</text>"
                .formatted(x, y, size, colour, anchor, escaped(words)));
    }

    private void line(String element) {
        svg.append(element).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
