package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The demo model's bundle with eight of its anchors of each class: enough for gradient steps that take seconds. */
record FewAnchors(String bundle, String harmful, String harmless) {
    private static final int COUNT = 8;

    static FewAnchors in(Path directory) throws IOException {
        String bundle = directory.resolve("bundle").toString();
        steer("export", DemoVector.DEMO.resolve("hf").toString(), "-o", bundle).assertSucceeds();
        return new FewAnchors(bundle, some(directory, "anchors-harmful.txt"), some(directory, "anchors-harmless.txt"));
    }

    private static String some(Path directory, String prompts) throws IOException {
        List<String> all = Files.readAllLines(DemoVector.DEMO.resolve("prompts").resolve(prompts));
        return Files.write(directory.resolve(prompts), all.subList(0, COUNT)).toString();
    }
}
