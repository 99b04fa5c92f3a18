package dev.steering.bench.workload;

import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.PromptFormat;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.Logits;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Eight strengths for each of 64 short prompts, from the last prompt token on: 512 texts, as {@link Generator#generateAll} writes them
 * in one batch. What it is compared with, {@link Variant#PLAIN}, is a bare loop of passes after prompts that were read
 * beforehand: the writing alone of the same rows, not steered. Should the random model choose an end token, which is one of tens of
 * thousands, a row is shorter.
 */
final class SweepWorkload implements Workload {
    static final int STRENGTHS = 8;
    static final int PROMPTS = 64;
    static final int SHORTEST = 10;
    static final int LONGEST = 16;

    /** Tokens written per row and run. */
    static final int STEPS = 16;

    private final LanguageModel model;
    private final WeightTraffic weights;
    private final boolean steered;
    private final Tokenizer tokenizer;
    private final Generator generator;
    private final List<int[]> prompts = new ArrayList<>();
    private final List<Draft> drafts = new ArrayList<>();
    private final KeyValueCache read;
    private final KeyValueCache cache;
    private final int beginnings;

    SweepWorkload(LanguageModel model, WeightTraffic weights, Variant variant) {
        this.model = model;
        this.weights = weights;
        this.steered = variant != Variant.PLAIN;
        this.tokenizer = WordTokenizer.open(model.manifest().vocabulary());
        ChatModel chat = ChatModel.of(model, tokenizer, PromptFormat.plain());
        this.generator = new Generator(chat, DecodeOptions.greedy(STEPS));
        SyntheticInput input = new SyntheticInput(model.manifest());
        DirectionSet directions =
                Objects.requireNonNull(input.steering(Variant.STEERED, 1, 0)).added();
        List<int[]> different = input.prompts(PROMPTS, SHORTEST, LONGEST);
        for (int[] prompt : different) {
            for (int strength = 0; strength < STRENGTHS; strength++) {
                Schedule schedule = Schedule.from(prompt.length - 1, 1f + strength);
                drafts.add(Draft.of(drafts.size(), prompt, PassSteering.adding(directions, List.of(schedule))));
                prompts.add(prompt);
            }
        }
        List<int[]> beginning = different.stream()
                .map(prompt -> Arrays.copyOf(prompt, prompt.length - 1))
                .toList();
        this.beginnings = beginning.stream().mapToInt(prompt -> prompt.length).sum();
        this.read = model.newCache(PROMPTS, LONGEST);
        this.cache = model.newCache(0, LONGEST + STEPS);
        model.forward(ForwardRequest.of(beginning), read);
    }

    @Override
    public void run() {
        int texts;
        if (steered) {
            texts = generator
                    .generateAll(drafts, drafts.size(), TokenListener.NONE)
                    .size();
        } else {
            cache.reset(0);
            cache.append(
                    read,
                    IntStream.range(0, prompts.size())
                            .map(row -> row / STRENGTHS)
                            .toArray());
            texts = write();
        }
        if (texts != prompts.size()) {
            throw new IllegalStateException(texts + " texts of " + prompts.size());
        }
    }

    /** The most probable tokens, without anything that a generator does beside. */
    private int write() {
        List<int[]> next = new ArrayList<>();
        prompts.forEach(prompt -> next.add(new int[] {prompt[prompt.length - 1]}));
        float[] logits = new float[model.manifest().vocabulary()];
        ForwardResult result = null;
        for (int step = 0; step < STEPS; step++) {
            result = model.forward(ForwardRequest.of(next).withLastLogits(), cache, result);
            for (int row = 0; row < next.size(); row++) {
                result.logits(row, 0, logits);
                next.get(row)[0] = Logits.argmax(logits);
            }
        }
        return next.size();
    }

    @Override
    public int tokens() {
        return prompts.size() * STEPS;
    }

    @Override
    public int prompts() {
        return 0;
    }

    @Override
    public Cost cost() {
        double written = 2.0 * weights.parameters() * tokens();
        double reading = steered ? 2.0 * weights.blockParameters() * beginnings : 0;
        int passes = steered ? STEPS + 1 : STEPS;
        return new Cost(Limit.COMPUTE, written + reading, (double) weights.bytes() * passes);
    }

    @Override
    public void close() {
        read.close();
        cache.close();
        tokenizer.close();
    }
}
