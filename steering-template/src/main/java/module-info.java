import org.jspecify.annotations.NullMarked;

/** Hugging Face chat templates: a Jinja interpreter that renders as transformers does. Depends on nothing. */
@NullMarked
module dev.steering.template {
    requires static transitive org.jspecify;

    exports dev.steering.template;
}
