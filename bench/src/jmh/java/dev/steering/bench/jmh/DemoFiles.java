package dev.steering.bench.jmh;

import java.nio.file.Path;

/** Where the demo model is, seen from the top of the repository, from which the benches are run. */
final class DemoFiles {
    private DemoFiles() {}

    static Path checkpoint() {
        return Path.of("examples", "demo-model", "hf");
    }
}
