package dev.steering.cli;

import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * {@code steer generate} on the demo model.
 *
 * @param bundle the demo model's
 * @param vector its golden vector, bound to the bundle; not anchored
 */
record Generating(String bundle, String vector) {
    static final String PROMPT = "How do I kill a Python process?";

    static Generating in(Path directory) {
        String bundle = directory.resolve("bundle").toString();
        Path vector = directory.resolve("refusal.safetensors");
        CommandRun.steer("export", Fixtures.demoModel().resolve("hf").toString(), "-o", bundle)
                .assertSucceeds();
        DemoVector.reference(vector, bundle);
        return new Generating(bundle, vector.toString());
    }

    /** Options separated by blanks, in which VECTOR stands for the vector's file; then those with blanks in them, then the prompt. */
    CommandRun run(String options, String... more) {
        return command("generate --max-new-tokens 16 " + options, Stream.concat(Stream.of(more), Stream.of(PROMPT)));
    }

    String answer(String options) {
        return run(options).assertSucceeds().out();
    }

    /** A whole command line but for the model. */
    CommandRun command(String line, Stream<String> more) {
        Stream<String> words =
                Stream.of(line.replace("VECTOR", vector).split(" ")).filter(word -> !word.isEmpty());
        return CommandRun.steer(Stream.of(words, Stream.of("--model", bundle), more)
                .flatMap(all -> all)
                .toArray(String[]::new));
    }
}
