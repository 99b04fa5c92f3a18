package dev.steering.viz.page;

import dev.steering.viz.Chart;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A chart as part of a page: without a document's head, and with names that no other chart of the page has. */
final class InlineSvg {
    private static final Pattern DEFINED = Pattern.compile("\\bid=\"([^\"]+)\"");
    private static final Pattern USED = Pattern.compile("url\\(#([^)]+)\\)|href=\"#([^\"]+)\"");

    private InlineSvg() {}

    static String of(Chart chart, String prefix) {
        String svg = chart.svg();
        String inline = svg.substring(svg.indexOf("<svg"));
        String named = DEFINED.matcher(inline)
                .replaceAll(found -> "id=\"" + Matcher.quoteReplacement(prefix + found.group(1)) + "\"");
        return USED.matcher(named)
                .replaceAll(found -> found.group(1) != null
                        ? "url(#" + Matcher.quoteReplacement(prefix + found.group(1)) + ")"
                        : "href=\"#" + Matcher.quoteReplacement(prefix + found.group(2)) + "\"");
    }
}
