/** Runs language models: forward passes, caches, tokenizers, chat formats, decoding. */
@SuppressWarnings(
        "requires-automatic") // ONNX Runtime, DJL and JNA name themselves in their manifests and have no descriptors
module dev.steering.model {
    requires transitive dev.steering.core;
    requires transitive dev.steering.template;
    requires com.microsoft.onnxruntime;
    requires ai.djl.tokenizers;
    requires com.sun.jna;
    // What ONNX Runtime and DJL use and, being automatic modules, cannot ask for themselves.
    requires com.google.gson;
    requires java.logging;
    requires java.management;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.steering.model.activation;
    exports dev.steering.model.chat;
    exports dev.steering.model.decode;
    exports dev.steering.model.ort;
    exports dev.steering.model.ort.graph;
    exports dev.steering.model.pass;
    exports dev.steering.model.softprompt;
    exports dev.steering.model.tokenizer;
}
