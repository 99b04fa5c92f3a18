package dev.steering.fuzz;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Dataset;
import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptReader;
import dev.steering.core.prompts.PromptTable;
import dev.steering.core.prompts.Sample;
import dev.steering.fuzz.StrangersFile.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Every way in which commands read a file of prompts. */
final class Prompts {
    /** The file behind whose name something stands. */
    static final String NAMED = "named.json";

    /** Of files that are no text. */
    static final Reading[] FILES = {
        PromptTable::read,
        PromptReader.withDefaults()::rows,
        file -> Dataset.read(DatasetSpec.parse(file.toString())),
        file -> Dataset.read(DatasetSpec.parse(file + ":rows.messages")),
        file -> Dataset.readPrompts(DatasetSpec.parse(file.toString())),
        file -> Dataset.readSide(DatasetSpec.parse(file.toString()), Expectation.REFUSE),
        file -> Dataset.readSide(DatasetSpec.parse(file + ":goal+prompt@comply"), Expectation.COMPLY),
        file -> Dataset.readSide(DatasetSpec.parse(file + "@comply@label=label:safe"), Expectation.COMPLY),
        file -> DatasetReader.withDefaults()
                .withSample(new Sample(1, true, 3))
                .read(DatasetSpec.parse(file + "?prompt!=What?")),
    };

    static final Reading[] READINGS =
            Stream.concat(Arrays.stream(FILES), Stream.of(Prompts::input)).toArray(Reading[]::new);

    private Prompts() {}

    private static void input(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            named(file, () -> Dataset.readStandardInput(in));
        }
    }

    /** Standard input has no name that a message could give. */
    private static void named(Path file, Runnable reading) {
        try {
            reading.run();
        } catch (SteeringException e) {
            throw new BadFile(file + ": " + e.getMessage(), e);
        }
    }

    static void behindName(Path file) throws IOException {
        String text = file.resolveSibling(NAMED) + Files.readString(file, StandardCharsets.ISO_8859_1);
        DatasetSpec spec = DatasetSpec.parse(text);
        Dataset.read(spec).describe();
    }
}
