/** Steering plans, SCANS and steered generation. */
module dev.steering.apply {
    requires transitive dev.steering.core;
    requires transitive dev.steering.model;
    requires static transitive org.jspecify;

    exports dev.steering.apply;
    exports dev.steering.apply.plan;
}
