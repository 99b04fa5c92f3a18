/** Charts of vectors and of measurements; reads results, runs no model. */
@SuppressWarnings(
        "requires-automatic") // JFreeChart, Batik and PDFBox name themselves in their manifests and have no descriptors
module dev.steering.viz {
    requires transitive dev.steering.core;
    requires java.desktop;
    requires java.xml;
    requires org.jfree.jfreechart;
    requires org.apache.xmlgraphics.batik.svggen;
    requires org.apache.pdfbox;
    requires de.rototor.pdfbox.graphics2d;
    // What Batik uses and, being an automatic module, cannot ask for itself.
    requires org.apache.commons.logging;
    requires static transitive org.jspecify;

    exports dev.steering.viz;
    exports dev.steering.viz.page;
}
