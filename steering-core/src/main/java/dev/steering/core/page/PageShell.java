package dev.steering.core.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What every page has around its content. A page that stands alone carries its styles and its script, and a Content-Security-Policy that
 * names both by their hashes: nothing is loaded, nothing else is run, whatever the content. Stateless and thread-safe.
 */
public final class PageShell {
    /** Styles that every page has. */
    public static final String STYLE = "page.css";

    private PageShell() {}

    /**
     * @param name a style, a script or a document of this package, such as {@link #STYLE}
     * @return its text
     * @throws IllegalArgumentException if there is none of that name
     */
    public static String resource(String name) {
        try (InputStream in = PageShell.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no page resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param text a style or a script as it is in the page
     * @return its name in a Content-Security-Policy, {@code 'sha256-...'}
     */
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * @param title the document's title, plain text
     * @param style its styles
     * @param script its script, which holds no end of a script
     * @param body HTML
     * @param data JSON that the script reads from the element {@code report-data}
     * @return the document
     */
    public static String standalone(String title, String style, String script, String body, String data) {
        return document(
                title,
                style,
                "script-src " + hash(script) + "; ",
                body + "<script type=\"application/json\" id=\"report-data\">" + Html.inScript(data)
                        + "</script>\n<script>" + script + "</script>\n");
    }

    /**
     * @param title the document's title, plain text
     * @param style its styles
     * @param body HTML
     * @return the document, which runs nothing at all
     */
    public static String still(String title, String style, String body) {
        return document(title, style, "", body);
    }

    private static String document(String title, String style, String scripts, String body) {
        String policy = "default-src 'none'; " + scripts + "style-src " + hash(style)
                + "; base-uri 'none'; form-action 'none'";
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"referrer\" content=\"no-referrer\">\n<title>" + Html.escape(title) + "</title>\n"
                + "<style>" + style + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
    }
}
