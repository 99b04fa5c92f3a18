import org.jspecify.annotations.NullMarked;

/** Values and files: vectors, prompts, bundle manifests, safetensors. No native libraries. */
@NullMarked
module dev.steering.core {
    requires transitive com.fasterxml.jackson.databind;
    requires org.apache.commons.csv;
    requires static transitive org.jspecify;

    exports dev.steering.core;
    exports dev.steering.core.arithmetic;
    exports dev.steering.core.bundle;
    exports dev.steering.core.certificate;
    exports dev.steering.core.files;
    exports dev.steering.core.foreign;
    exports dev.steering.core.json;
    exports dev.steering.core.lineage;
    exports dev.steering.core.metrics;
    exports dev.steering.core.origin;
    exports dev.steering.core.page;
    exports dev.steering.core.prompts;
    exports dev.steering.core.prompts.rows;
    exports dev.steering.core.reliability;
    exports dev.steering.core.safetensors;
    exports dev.steering.core.search;
    exports dev.steering.core.softprompt;
    exports dev.steering.core.tuning;
    exports dev.steering.core.vector;

    uses dev.steering.core.prompts.rows.RowFormat;

    exports dev.steering.core.vector.format;
}
