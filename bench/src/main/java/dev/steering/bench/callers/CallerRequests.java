package dev.steering.bench.callers;

import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.ChatStream;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.Prepared;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Requests whose prompts are random words. Thread-safe. */
final class CallerRequests {
    /** Tokens of a prompt. */
    static final int PROMPT = 32;

    /** Tokens of an answer. */
    static final int ANSWER = 32;

    private static final double ALPHA = 1;

    private final SteeredModel model;
    private final List<Prepared> kinds;

    CallerRequests(SteeredModel model) {
        this.model = model;
        Prepared none = model.prepare(Steering.none());
        this.kinds = List.of(none, steered(1), none, steered(2));
    }

    /** A random direction of its own at every layer. */
    private Prepared steered(long seed) {
        BundleManifest manifest = model.manifest();
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[manifest.layers() * manifest.hidden()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        SteeringVector vector = SteeringVector.of(
                LayerMatrix.of(manifest.layers(), manifest.hidden(), values),
                new Provenance(
                        manifest.fingerprint(),
                        manifest.name(),
                        "",
                        "random",
                        "",
                        Provenance.BLOCK_OUTPUT,
                        Provenance.ADD,
                        "",
                        seed,
                        Map.of()));
        return model.prepare(Steering.add(vector, ALPHA)
                .withScale(VectorScale.UNIT)
                .withLayers(IntStream.range(0, manifest.layers()).boxed().toList())
                .forAnyModel());
    }

    /**
     * What came of a request.
     *
     * @param tokens tokens that were written
     * @param firstToken seconds until the first text was there
     */
    record Answered(int tokens, double firstToken) {}

    /** Asks the request of that number, and waits for the answer. */
    Answered ask(int number) {
        SplittableRandom random = new SplittableRandom(number);
        String prompt = random.ints(PROMPT, 0, model.manifest().vocabulary())
                .mapToObj(token -> "t" + token)
                .collect(Collectors.joining(" "));
        ChatRequest request = ChatRequest.builder(prompt)
                .steering(kinds.get(number % kinds.size()))
                .options(GenerationOptions.greedy(ANSWER))
                .build();
        AtomicLong first = new AtomicLong();
        long start = System.nanoTime();
        ChatStream stream = model.stream(request, piece -> first.compareAndSet(0, System.nanoTime()));
        ChatResponse response = stream.response().toCompletableFuture().join();
        long heard = first.get() == 0 ? System.nanoTime() : first.get();
        if (response.usage().promptTokens() != PROMPT) {
            throw new IllegalStateException("a prompt of " + response.usage().promptTokens() + " tokens");
        }
        return new Answered(response.usage().completionTokens(), (heard - start) / 1e9);
    }
}
