package dev.steering.viz.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** uPlot (L. Sorokin, MIT licence): the curves of a page that can be read off. Its WebJar is on the class path; a page carries what it needs of it. */
final class UPlotLibrary {
    /** The version is that of the build's dependency. */
    private static final String PLACE = "META-INF/resources/webjars/uplot/1.6.30/";

    private UPlotLibrary() {}

    static String script() {
        return read("dist/uPlot.iife.min.js");
    }

    static String style() {
        return read("dist/uPlot.min.css") + "\n";
    }

    static String licence() {
        return read("LICENSE").strip();
    }

    private static String read(String name) {
        try (InputStream in = UPlotLibrary.class.getClassLoader().getResourceAsStream(PLACE + name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "There is no " + PLACE + name + " on the class path: expected the library org.webjars.npm:uplot."
                                + " Add it beside this module, in the version that its pom names.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
