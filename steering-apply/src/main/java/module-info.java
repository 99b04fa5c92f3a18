/** Steering plans, the methods, and {@link dev.steering.apply.SteeredModel}, which applications build on. */
module dev.steering.apply {
    requires transitive dev.steering.core;
    requires transitive dev.steering.model;
    requires static transitive org.jspecify;

    uses dev.steering.apply.MethodDefinition;

    exports dev.steering.apply;
    exports dev.steering.apply.acd;
    exports dev.steering.apply.adacd;
    exports dev.steering.apply.adasteer;
    exports dev.steering.apply.alphasteer;
    exports dev.steering.apply.constant;
    exports dev.steering.apply.instructive;
    exports dev.steering.apply.json;
    exports dev.steering.apply.named;
    exports dev.steering.apply.plan;
    exports dev.steering.apply.planned;
    exports dev.steering.apply.prompt;
    exports dev.steering.apply.random;
    exports dev.steering.apply.scans;
    exports dev.steering.apply.selfcd;
    exports dev.steering.apply.surgical;
    exports dev.steering.apply.unsteered;
}
