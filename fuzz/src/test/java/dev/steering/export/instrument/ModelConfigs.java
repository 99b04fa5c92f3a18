package dev.steering.export.instrument;

import java.nio.file.Path;

/** What lies beside an ONNX file. */
public final class ModelConfigs {
    private ModelConfigs() {}

    /** @param model an ONNX file, which need not be there */
    public static void read(Path model) {
        ModelConfig config = ModelConfig.beside(model, null);
        config.architecture();
        config.name();
        config.context();
        config.beginToken();
        config.endTokens();
    }
}
